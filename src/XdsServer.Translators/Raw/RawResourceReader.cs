using System.Collections.Immutable;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Limits;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Translators.Raw;

/// <summary>A whole resource as somebody wrote it.</summary>
internal sealed record RawResource(ResourceType Type, string Name, IMessage Message);

/// <summary>Reads and checks whole raw resources: what Envoy would refuse never leaves here.</summary>
internal static class RawResourceReader
{
    /// <summary>The resource, or null and what is wrong.</summary>
    public static (RawResource? Resource, ImmutableArray<RawProblem> Problems) Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("@type", out var typeUrl) || typeUrl.ValueKind != JsonValueKind.String)
        {
            return Failed("@type", "The resource does not say its type.", $"Give it an @type, for example {ResourceType.Cluster.TypeUrl}.");
        }

        var name = Any.GetTypeName(typeUrl.GetString()!);
        if (ResourceType.FromUrl("type.googleapis.com/" + name) is not { } type)
        {
            var near = NearestName.Of(name, ResourceType.All.Select(t => Any.GetTypeName(t.TypeUrl)));
            return Failed("@type", $"'{typeUrl.GetString()}' is no type of resource.", near is null ? $"Use one of {string.Join(", ", ResourceType.All.Select(t => Any.GetTypeName(t.TypeUrl)))}." : $"Did you mean '{near}'?");
        }

        var (message, problems) = RawJson.Read(json, MessageTypes.Find(name)!);
        return message is null ? (null, problems) : Checked(type, message);
    }

    /// <summary>What Envoy would refuse in a message.</summary>
    public static ImmutableArray<RawProblem> Violations(IMessage message) =>
        [.. LimitChecker.Check(message).Select(v => new RawProblem(v.Path, $"Envoy refuses the value: it {v.Problem}.", "Correct the value."))];

    /// <summary>The field that holds a resource's name.</summary>
    public static FieldDescriptor NameField(MessageDescriptor type) => type.FindFieldByName("name") ?? type.FindFieldByName("cluster_name");

    private static (RawResource?, ImmutableArray<RawProblem>) Checked(ResourceType type, IMessage message)
    {
        var field = NameField(message.Descriptor);
        var name = (string)field.Accessor.GetValue(message);
        if (name.Length == 0)
        {
            return Failed(field.Name, "The resource has no name.", "Give it one.");
        }

        var violations = Violations(message);
        return violations.IsEmpty ? (new RawResource(type, name, message), []) : (null, violations);
    }

    private static (RawResource?, ImmutableArray<RawProblem>) Failed(string path, string message, string remedy) => (null, [new RawProblem(path, message, remedy)]);
}
