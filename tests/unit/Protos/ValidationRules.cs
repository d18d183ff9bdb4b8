using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using XdsServer.Translators.Resources.Limits;

namespace XdsServer.Tests.Unit.Protos;

/// <summary>
/// Reads the limits of a field from the bytes of its options: extension 1071, whose schema is written down here since the set has
/// no file for it.
/// </summary>
internal static class ValidationRules
{
    private const int Extension = 1071;

    private static readonly string[] Numeric = ["const", "lt", "lte", "gt", "gte", "in", "not_in", "ignore_empty"];

    private static readonly Dictionary<string, string[]> Members = new(StringComparer.Ordinal)
    {
        ["rules"] =
        [
            "float", "double", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes", "enum",
            "message", "repeated", "map", "any", "duration", "timestamp",
        ],
        ["bool"] = ["const"],
        ["string"] =
        [
            "const", "min_len", "max_len", "min_bytes", "max_bytes", "pattern", "prefix", "suffix", "contains", "in", "not_in", "email", "hostname", "ip", "ipv4", "ipv6", "uri",
            "uri_ref", "len", "len_bytes", "address", "uuid", "not_contains", "well_known_regex", "strict", "ignore_empty",
        ],
        ["bytes"] = ["const", "min_len", "max_len", "pattern", "prefix", "suffix", "contains", "in", "not_in", "ip", "ipv4", "ipv6", "len", "ignore_empty"],
        ["enum"] = ["const", "defined_only", "in", "not_in"],
        ["message"] = ["skip", "required"],
        ["repeated"] = ["min_items", "max_items", "unique", "items", "ignore_empty"],
        ["map"] = ["min_pairs", "max_pairs", "no_sparse", "keys", "values", "ignore_empty"],
        ["any"] = ["required", "in", "not_in"],
        ["duration"] = ["required", "const", "lt", "lte", "gt", "gte", "in", "not_in"],
        ["timestamp"] = ["required", "const", "lt", "lte", "gt", "gte", "lt_now", "gt_now", "within"],
        ["seconds"] = ["seconds", "nanos"],
    };

    /// <summary>The field's rule, or null when it has none.</summary>
    public static LimitRule? Of(FieldDescriptorProto field) =>
        Extensions(field.Options, Extension).Select(bytes => Decode(bytes, "rules")).FirstOrDefault();

    /// <summary>True when one member of the oneof must be set.</summary>
    public static bool IsRequired(OneofDescriptorProto oneof)
    {
        var input = new CodedInputStream(oneof.Options?.ToByteArray() ?? []);
        return Tags(input).Any(tag => WireFormat.GetTagFieldNumber(tag) == Extension && input.ReadBool());
    }

    /// <summary>True when the API marks the field as sensitive.</summary>
    public static bool IsSensitive(FieldDescriptorProto field)
    {
        var input = new CodedInputStream(field.Options?.ToByteArray() ?? []);
        return Tags(input).Any(tag => WireFormat.GetTagFieldNumber(tag) == 76569463 && input.ReadBool());
    }

    private static IEnumerable<byte[]> Extensions(FieldOptions? options, int number)
    {
        var input = new CodedInputStream(options?.ToByteArray() ?? []);
        foreach (var _ in Tags(input).Where(tag => WireFormat.GetTagFieldNumber(tag) == number))
        {
            yield return input.ReadBytes().ToByteArray();
        }
    }

    // Whoever takes a tag has to read its value; values that are not taken are skipped.
    private static IEnumerable<uint> Tags(CodedInputStream input)
    {
        while (!input.IsAtEnd)
        {
            var tag = input.ReadTag();
            var before = input.Position;
            yield return tag;
            if (input.Position == before)
            {
                input.SkipLastField();
            }
        }
    }

    private static LimitRule Decode(byte[] bytes, string kind)
    {
        var members = ImmutableArray.CreateBuilder<KeyValuePair<string, LimitRule>>();
        var input = new CodedInputStream(bytes);
        foreach (var tag in Tags(input))
        {
            var name = Members.GetValueOrDefault(kind, Numeric)[WireFormat.GetTagFieldNumber(tag) - 1];
            members.Add(KeyValuePair.Create(name, ReadMember(input, tag, kind, name)));
        }

        return new LimitRule(members.ToImmutable());
    }

    private static LimitRule ReadMember(CodedInputStream input, uint tag, string kind, string name)
    {
        var nested = (kind, name) switch
        {
            ("rules", _) => name,
            (_, "items" or "keys" or "values") => "rules",
            ("duration" or "timestamp", not "required") => "seconds",
            _ => null,
        };
        return nested is null ? new LimitRule([], Text(input, tag, kind, name)) : Decode(input.ReadBytes().ToByteArray(), nested);
    }

    private static string Text(CodedInputStream input, uint tag, string kind, string name) => WireFormat.GetTagWireType(tag) switch
    {
        WireFormat.WireType.LengthDelimited => input.ReadString(),
        WireFormat.WireType.Fixed64 => input.ReadDouble().ToString("R", CultureInfo.InvariantCulture),
        WireFormat.WireType.Fixed32 => input.ReadFloat().ToString("R", CultureInfo.InvariantCulture),
        _ when name is "well_known_regex" => input.ReadInt32() == 1 ? "HTTP_HEADER_NAME" : "HTTP_HEADER_VALUE",
        _ when IsFlag(kind, name) => input.ReadBool() ? "true" : "false",
        _ => input.ReadInt64().ToString(CultureInfo.InvariantCulture),
    };

    private static bool IsFlag(string kind, string name) =>
        kind == "bool" || name is "required" or "skip" or "unique" or "defined_only" or "ignore_empty" or "strict" or "no_sparse" or "email" or "hostname" or "ip" or "ipv4" or "ipv6" or "uri" or "uri_ref" or "address" or "uuid";
}
