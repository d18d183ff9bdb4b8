using System.Text.Json;
using System.Text.Json.Serialization;

namespace XdsServer.BenchHost;

/// <summary>What a control call says about the world.</summary>
internal sealed record WorldBody(int Clusters, int Endpoints);

/// <summary>What a control call changes or removes.</summary>
internal sealed record ChangeBody(string Type, string[] Names, int Value);

/// <summary>How both are read; generated at build, because a trimmed program has no reflection over types.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WorldBody))]
[JsonSerializable(typeof(ChangeBody))]
internal sealed partial class ControlJson : JsonSerializerContext;
