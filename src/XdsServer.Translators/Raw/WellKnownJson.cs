using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace XdsServer.Translators.Raw;

/// <summary>Checks the protobuf types that have a JSON form of their own: durations, wrapped scalars.</summary>
internal static class WellKnownJson
{
    /// <summary>Adds what is wrong with the value.</summary>
    public static void Check(JsonElement json, MessageDescriptor type, string path, ImmutableArray<RawProblem>.Builder problems)
    {
        var problem = type.Name switch
        {
            "Duration" => IsDuration(json) ? null : new RawProblem("", $"Expected a duration, found {ScalarJson.Words(json)}.", "Write seconds with an s, for example 0.250s or 5s."),
            "Struct" => json.ValueKind == JsonValueKind.Object ? null : ScalarJson.Expected("an object", json),
            "ListValue" => json.ValueKind == JsonValueKind.Array ? null : ScalarJson.Expected("a list", json),
            _ when type.FindFieldByName("value") is { } value && type.Name.EndsWith("Value", StringComparison.Ordinal) && type.Name != "Value" => ScalarJson.Problem(json, value),
            _ => null,
        };
        if (problem is not null)
        {
            problems.Add(problem with { Path = path });
        }
    }

    private static bool IsDuration(JsonElement json) =>
        json.ValueKind == JsonValueKind.String
        && json.GetString() is { Length: > 1 } text
        && text[^1] == 's'
        && decimal.TryParse(text[..^1], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(seconds) <= 315_576_000_000m
        && seconds.Scale <= 9;
}
