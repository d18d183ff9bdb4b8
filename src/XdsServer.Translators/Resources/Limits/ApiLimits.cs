using System.Collections.Frozen;

namespace XdsServer.Translators.Resources.Limits;

/// <summary>
/// The limits that Envoy checks when it receives a message, for every compiled field that has one: the table <c>limits.txt</c>.
/// A test compares it with the API and can rewrite it.
/// </summary>
public static class ApiLimits
{
    /// <summary>What stands instead of a rule behind the name of a oneof of which one member must be set.</summary>
    public const string RequiredOneof = "required";

    private static readonly FrozenDictionary<string, LimitRule> Rules = Lines()
        .Where(l => l[1] != RequiredOneof)
        .ToFrozenDictionary(l => l[0], l => LimitRule.Parse(l[1]), StringComparer.Ordinal);

    private static readonly FrozenSet<string> Oneofs = Lines().Where(l => l[1] == RequiredOneof).Select(l => l[0]).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The rule of the field with that full name, or null.</summary>
    public static LimitRule? Of(string field) => Rules.GetValueOrDefault(field);

    /// <summary>True when one member of the oneof with that full name must be set.</summary>
    public static bool IsRequired(string oneof) => Oneofs.Contains(oneof);

    /// <summary>The table's lines: a full name and its rule, sorted by name.</summary>
    public static IEnumerable<string[]> Lines()
    {
        using var stream = typeof(ApiLimits).Assembly.GetManifestResourceStream("limits.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(' ', 2))];
    }
}
