using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Translators.Raw;

/// <summary>
/// Merges protobuf JSON into a message: messages field by field, maps entry by entry, an Any field by field while its type stays;
/// lists and scalars are replaced, null clears.
/// </summary>
internal sealed class MessageMerge
{
    private readonly ImmutableArray<RawProblem>.Builder _problems = ImmutableArray.CreateBuilder<RawProblem>();

    private MessageMerge()
    {
    }

    /// <summary>Changes <paramref name="target"/>; when anything is wrong it is half changed and to be thrown away.</summary>
    public static ImmutableArray<RawProblem> Apply(IMessage target, JsonElement patch)
    {
        var merge = new MessageMerge();
        merge.Merge(target, patch, "");
        return merge._problems.ToImmutable();
    }

    private void Merge(IMessage target, JsonElement patch, string path)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            _problems.Add(ScalarJson.Expected("an object", patch) with { Path = path });
            return;
        }

        foreach (var property in patch.EnumerateObject().Where(p => p.Name != "@type"))
        {
            var at = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            var field = RawJson.FieldOf(target.Descriptor, property.Name);
            if (field is null || !IsMergeable(field, property.Value))
            {
                Replace(target, field, property, path);
            }
            else if (field.IsMap)
            {
                MergeMap(target, field, property.Value, at);
            }
            else
            {
                field.Accessor.SetValue(target, Merged((IMessage?)field.Accessor.GetValue(target) ?? field.MessageType.Parser.ParseFrom(ByteString.Empty), property.Value, at));
            }
        }
    }

    private static bool IsMergeable(FieldDescriptor field, JsonElement patch) =>
        patch.ValueKind == JsonValueKind.Object && (field.IsMap ? IsMessage(field.MessageType.FindFieldByNumber(2)) : !field.IsRepeated && IsMessage(field));

    private static bool IsMessage(FieldDescriptor field) =>
        field.FieldType == FieldType.Message && (field.MessageType.File.Package != "google.protobuf" || field.MessageType.FullName == Any.Descriptor.FullName);

    private IMessage Merged(IMessage old, JsonElement patch, string path)
    {
        if (old is not Any any)
        {
            Merge(old, patch, path);
            return old;
        }

        var type = patch.TryGetProperty("@type", out var named) ? named.GetString() : any.TypeUrl;
        if (type != any.TypeUrl || MessageTypes.Unpack(any) is not { } inner)
        {
            return Read(patch, Any.Descriptor, path) ?? old;
        }

        Merge(inner, patch, path);
        return Any.Pack(inner);
    }

    private void MergeMap(IMessage target, FieldDescriptor field, JsonElement patch, string path)
    {
        var map = (IDictionary)field.Accessor.GetValue(target);
        var entries = map.Keys.Cast<object>().ToDictionary(k => k.ToString()!, k => (Key: k, Value: (IMessage)map[k]!), StringComparer.Ordinal);
        var valueType = field.MessageType.FindFieldByNumber(2).MessageType;
        foreach (var property in patch.EnumerateObject().Where(p => field.MessageType.FindFieldByNumber(1).FieldType == FieldType.String))
        {
            var at = $"{path}[{property.Name}]";
            if (property.Value.ValueKind == JsonValueKind.Null)
            {
                entries.Remove(property.Name);
            }
            else if (entries.TryGetValue(property.Name, out var old))
            {
                entries[property.Name] = (old.Key, Merged(old.Value, property.Value, at));
            }
            else if (Read(property.Value, valueType, at) is { } made)
            {
                entries[property.Name] = (property.Name, made);
            }
        }

        // Refilled in sorted order: the order of entries decides the bytes.
        map.Clear();
        foreach (var (_, (key, value)) in entries.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            map.Add(key, value);
        }
    }

    private IMessage? Read(JsonElement json, MessageDescriptor type, string path)
    {
        var (message, problems) = RawJson.Read(json, type);
        _problems.AddRange(problems.Select(p => p with { Path = p.Path.Length == 0 ? path : $"{path}.{p.Path}" }));
        return message;
    }

    // The property is read as a message of its own with this one field, which checks it as in a whole resource.
    private void Replace(IMessage target, FieldDescriptor? field, JsonProperty property, string path)
    {
        using var single = JsonDocument.Parse($"{{{QuotedText.Of(property.Name)}:{property.Value.GetRawText()}}}");
        var (message, problems) = RawJson.Read(single.RootElement, target.Descriptor);
        _problems.AddRange(problems.Select(p => p with { Path = path.Length == 0 ? p.Path : $"{path}.{p.Path}" }));
        if (message is not null && field is not null)
        {
            field.Accessor.Clear(target);
            target.MergeFrom(message.ToByteString());
        }
    }
}
