using System.Collections.Immutable;

namespace XdsServer.SmiMetrics;

/// <summary>What a path below the API version asks for.</summary>
/// <param name="Kind">Which resource.</param>
/// <param name="Namespace">Only objects of it; empty: of all namespaces, or of a resource without one.</param>
/// <param name="Name">Only this object; empty: a list.</param>
/// <param name="IsEdges">The edges of that object.</param>
internal sealed record TrafficMetricsQuery(TrafficKind Kind, string Namespace, string Name, bool IsEdges)
{
    /// <summary>The query of a path such as <c>namespaces/demo/services/web/edges</c>; null when it is none.</summary>
    public static TrafficMetricsQuery? Parse(string path) => path.Split('/') switch
    {
        [var kind] when Find(kind) is { } k => new(k, "", "", false),
        [var kind, { Length: > 0 } name] when Find(kind) is { IsNamespaced: false } k => new(k, "", name, false),
        [var kind, { Length: > 0 } name, "edges"] when Find(kind) is { IsNamespaced: false } k => new(k, "", name, true),
        ["namespaces", { Length: > 0 } space, var kind] when Find(kind) is { IsNamespaced: true } k => new(k, space, "", false),
        ["namespaces", { Length: > 0 } space, var kind, { Length: > 0 } name] when Find(kind) is { IsNamespaced: true } k => new(k, space, name, false),
        ["namespaces", { Length: > 0 } space, var kind, { Length: > 0 } name, "edges"] when Find(kind) is { IsNamespaced: true } k => new(k, space, name, true),
        _ => null,
    };

    /// <summary>Whether an object is one that is asked for.</summary>
    public bool Fits(ResourceRef resource) =>
        (Namespace.Length == 0 || resource.Namespace == Namespace) && (Name.Length == 0 || resource.Name == Name);

    private static TrafficKind? Find(string plural) => TrafficKind.All.FirstOrDefault(k => k.Plural == plural);
}

/// <summary>A label selector of equalities and existence: <c>a=b</c>, <c>a==b</c>, <c>a!=b</c>, <c>a</c>, <c>!a</c>, with commas between.</summary>
internal sealed class LabelSelector
{
    private readonly List<Func<ImmutableSortedDictionary<string, string>, bool>> _terms = [];

    /// <summary>The selector; null when the text has another form, such as <c>a in (b, c)</c>.</summary>
    public static LabelSelector? Parse(string text)
    {
        var selector = new LabelSelector();
        foreach (var term in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (term.AsSpan().IndexOfAny(" ()<>") >= 0)
            {
                return null;
            }

            selector._terms.Add(TermOf(term));
        }

        return selector;
    }

    /// <summary>Whether these labels fit.</summary>
    public bool Fits(ImmutableSortedDictionary<string, string> labels) => _terms.TrueForAll(t => t(labels));

    private static Func<ImmutableSortedDictionary<string, string>, bool> TermOf(string term)
    {
        var equals = term.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            return term[0] == '!' ? labels => !labels.ContainsKey(term[1..]) : labels => labels.ContainsKey(term);
        }

        var isNot = equals > 0 && term[equals - 1] == '!';
        var key = term[..(isNot ? equals - 1 : equals)];
        var value = term[(equals + 1)..].TrimStart('=');
        return labels => labels.TryGetValue(key, out var found) ? found == value != isNot : isNot;
    }
}
