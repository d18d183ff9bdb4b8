using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Translators.Raw;

/// <summary>
/// Reads protobuf JSON that people wrote. Every mistake is found with its path, not only the first; what is inside an Any of a type
/// that is not compiled in becomes a <c>TypedStruct</c>, which Envoy decodes itself, so every Envoy extension is usable.
/// </summary>
internal sealed class RawJson
{
    private const string TypedStruct = "type.googleapis.com/xds.type.v3.TypedStruct";

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(
        TypeRegistry.FromFiles(MessageTypes.Files)));

    private readonly ImmutableArray<RawProblem>.Builder _problems = ImmutableArray.CreateBuilder<RawProblem>();

    private RawJson()
    {
    }

    /// <summary>The message, or null and what is wrong.</summary>
    public static (IMessage? Message, ImmutableArray<RawProblem> Problems) Read(JsonElement json, MessageDescriptor type)
    {
        var reader = new RawJson();
        try
        {
            var node = reader.Message(json, type, "");
            return reader._problems.Count > 0 ? (null, reader._problems.ToImmutable()) : (Parser.Parse(node?.ToJsonString() ?? "{}", type), []);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            return (null, [new RawProblem("", $"It cannot be read as {type.FullName}: {e.Message}", "Compare it with Envoy's API.")]);
        }
    }

    /// <summary>The field that a JSON property means, by original or by JSON name, or null.</summary>
    public static FieldDescriptor? FieldOf(MessageDescriptor type, string property) =>
        type.FindFieldByName(property) ?? type.Fields.InDeclarationOrder().FirstOrDefault(f => f.JsonName == property);

    private JsonNode? Message(JsonElement json, MessageDescriptor type, string path)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (type.FullName == Any.Descriptor.FullName)
        {
            return AnyMessage(json, path);
        }

        if (type.File.Package == "google.protobuf" && type.FullName != Empty.Descriptor.FullName)
        {
            WellKnownJson.Check(json, type, path, _problems);
            return JsonNode.Parse(json.GetRawText());
        }

        return Expect(json, JsonValueKind.Object, "an object", path) ? Fields(json, type, path) : null;
    }

    private JsonObject Fields(JsonElement json, MessageDescriptor type, string path)
    {
        var result = new JsonObject();
        foreach (var property in json.EnumerateObject().Where(p => p.Name != "@type"))
        {
            var at = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            if (FieldOf(type, property.Name) is not { } field)
            {
                var names = type.Fields.InDeclarationOrder().Select(f => f.Name);
                Add(at, $"{type.FullName} has no such field.", NearestName.Of(property.Name, names) is { } near ? $"Did you mean '{near}'?" : "Compare it with Envoy's API.");
            }
            else if (!result.TryAdd(field.Name, Value(property.Value, field, at)))
            {
                Add(at, "The field is set twice.", "Remove one of the two.");
            }
        }

        return result;
    }

    private JsonNode? Value(JsonElement json, FieldDescriptor field, string path)
    {
        if (json.ValueKind == JsonValueKind.Null && !field.IsRepeated)
        {
            return null;
        }

        if (field.IsMap)
        {
            return Expect(json, JsonValueKind.Object, "an object", path) ? Map(json, field, path) : null;
        }

        if (!field.IsRepeated)
        {
            return Single(json, field, path);
        }

        return json.ValueKind == JsonValueKind.Null || !Expect(json, JsonValueKind.Array, "a list", path)
            ? null
            : new JsonArray([.. json.EnumerateArray().Select((item, i) => Single(item, field, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]"))]);
    }

    private JsonObject Map(JsonElement json, FieldDescriptor field, string path)
    {
        // Sorted, since the order in which map entries are written decides the bytes and so the version.
        var result = new JsonObject();
        foreach (var property in json.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            if (!result.TryAdd(property.Name, Single(property.Value, field.MessageType.FindFieldByNumber(2), $"{path}[{property.Name}]")))
            {
                Add($"{path}[{property.Name}]", "The key is there twice.", "Remove one of the two.");
            }
        }

        return result;
    }

    private JsonNode? Single(JsonElement json, FieldDescriptor field, string path)
    {
        if (field.FieldType is FieldType.Message)
        {
            return Message(json, field.MessageType, path);
        }

        if (ScalarJson.Problem(json, field) is { } problem)
        {
            _problems.Add(problem with { Path = path });
        }

        return JsonNode.Parse(json.GetRawText());
    }

    private JsonNode? AnyMessage(JsonElement json, string path)
    {
        if (!Expect(json, JsonValueKind.Object, "an object with @type", path))
        {
            return null;
        }

        if (!json.TryGetProperty("@type", out var typeUrl) || typeUrl.ValueKind != JsonValueKind.String)
        {
            Add(path, "It has no @type.", "Say which message it is, for example \"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router.");
            return null;
        }

        return MessageTypes.FromTypeUrl(typeUrl.GetString()!) is { } type
            ? Known(json, typeUrl.GetString()!, type, path)
            : Unknown(json, typeUrl.GetString()!, path);
    }

    private JsonNode? Known(JsonElement json, string typeUrl, MessageDescriptor type, string path)
    {
        if (type.File.Package == "google.protobuf" && type.FullName != Empty.Descriptor.FullName)
        {
            return JsonNode.Parse(json.GetRawText());
        }

        var fields = Fields(json, type, path);
        fields.Insert(0, "@type", typeUrl);
        return fields;
    }

    private JsonObject? Unknown(JsonElement json, string typeUrl, string path)
    {
        var name = Any.GetTypeName(typeUrl);
        if (name.Length == 0)
        {
            Add(path, $"'{typeUrl}' is not a type URL.", "Write type.googleapis.com/ and the message's full name.");
            return null;
        }

        // A name that is nearly one of ours is a misspelling; Envoy would refuse it and everything that was sent with it.
        if (NearestName.Of(name, MessageTypes.All.Select(m => m.FullName), maximum: 2) is { } near)
        {
            Add(path, $"There is no message {name}.", $"Did you mean '{near}'?");
            return null;
        }

        var value = new JsonObject();
        foreach (var property in json.EnumerateObject().Where(p => p.Name != "@type").OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            value.TryAdd(property.Name, JsonNode.Parse(property.Value.GetRawText()));
        }

        return new JsonObject { ["@type"] = TypedStruct, ["type_url"] = typeUrl, ["value"] = value };
    }

    private bool Expect(JsonElement json, JsonValueKind kind, string words, string path)
    {
        if (json.ValueKind == kind)
        {
            return true;
        }

        Add(path, $"Expected {words}, found {ScalarJson.Words(json)}.", "Correct the value.");
        return false;
    }

    private void Add(string path, string message, string remedy) => _problems.Add(new RawProblem(path, message, remedy));
}
