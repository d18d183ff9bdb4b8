using System.Globalization;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace XdsServer.Translators.Raw;

/// <summary>Checks scalar values of protobuf JSON.</summary>
internal static class ScalarJson
{
    /// <summary>What is wrong with the value for that field, without a path, or null.</summary>
    public static RawProblem? Problem(JsonElement json, FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Enum => OfEnum(json, field.EnumType),
        FieldType.String => json.ValueKind == JsonValueKind.String ? null : Expected("text", json),
        FieldType.Bool => json.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : Expected("true or false", json),
        FieldType.Bytes => json.ValueKind == JsonValueKind.String && IsBase64(json.GetString()!) ? null : Expected("base64 text", json),
        FieldType.Double or FieldType.Float => IsNumber(json) ? null : Expected("a number", json),
        FieldType.UInt32 or FieldType.Fixed32 => IsWhole(json, 0, uint.MaxValue) ? null : Expected("a whole number of 32 bits, not negative", json),
        FieldType.UInt64 or FieldType.Fixed64 => IsWhole(json, 0, ulong.MaxValue) ? null : Expected("a whole number, not negative", json),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => IsWhole(json, int.MinValue, int.MaxValue) ? null : Expected("a whole number of 32 bits", json),
        _ => IsWhole(json, long.MinValue, long.MaxValue) ? null : Expected("a whole number", json),
    };

    /// <summary>A JSON value in words, short enough for a message.</summary>
    public static string Words(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Null => "null",
        JsonValueKind.String => $"'{Short(json.GetString()!)}'",
        _ => Short(json.GetRawText()),
    };

    /// <summary>The problem of finding something else.</summary>
    public static RawProblem Expected(string words, JsonElement json) => new("", $"Expected {words}, found {Words(json)}.", "Correct the value.");

    private static RawProblem? OfEnum(JsonElement json, EnumDescriptor type)
    {
        if (json.ValueKind == JsonValueKind.Number)
        {
            return json.TryGetInt32(out var number) && type.FindValueByNumber(number) is not null ? null : Expected($"a value of {type.FullName}", json);
        }

        if (json.ValueKind != JsonValueKind.String)
        {
            return Expected($"a value of {type.FullName}", json);
        }

        var name = json.GetString()!;
        if (type.FindValueByName(name) is not null)
        {
            return null;
        }

        var near = NearestName.Of(name.ToUpperInvariant(), type.Values.Select(v => v.Name));
        return new RawProblem("", $"{type.FullName} has no value '{Short(name)}'.", near is null ? $"Use one of {string.Join(", ", type.Values.Select(v => v.Name))}." : $"Did you mean '{near}'?");
    }

    // 64-bit integers may stand in quotes, and so may all others.
    private static bool IsWhole(JsonElement json, decimal least, decimal most) =>
        json.ValueKind is JsonValueKind.Number or JsonValueKind.String
        && decimal.TryParse(Text(json), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && decimal.IsInteger(value)
        && value >= least
        && value <= most;

    private static bool IsNumber(JsonElement json) =>
        json.ValueKind is JsonValueKind.Number or JsonValueKind.String
        && (Text(json) is "NaN" or "Infinity" or "-Infinity" || double.TryParse(Text(json), NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    private static string Text(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();

    private static bool IsBase64(string text) => Convert.TryFromBase64String(text, new byte[text.Length], out _);

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
