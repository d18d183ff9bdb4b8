using System.Text.Json.Serialization;

namespace XdsServer.Rest;

/// <summary>The body of an answer that is no configuration.</summary>
internal sealed record RestError(int Status, string Message);

/// <summary>How it is written; generated at build, because a trimmed program has no reflection over types.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RestError))]
internal sealed partial class RestJson : JsonSerializerContext;
