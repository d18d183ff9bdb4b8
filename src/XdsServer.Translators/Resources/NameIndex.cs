namespace XdsServer.Translators.Resources;

/// <summary>Where in a sorted set a name is. Built on the first look-up and shared by all sets that have the same names.</summary>
internal sealed class NameIndex
{
    private readonly Dictionary<string, int> _places;

    private NameIndex(Dictionary<string, int> places, bool hasAliases)
    {
        _places = places;
        HasAliases = hasAliases;
    }

    /// <summary>True when some resource answers to other names as well; such an index belongs to one set only.</summary>
    public bool HasAliases { get; }

    /// <summary>An index of these. A name takes precedence over an alias, an earlier alias over a later one.</summary>
    public static NameIndex Of(ReadOnlySpan<Resource> sorted)
    {
        var places = new Dictionary<string, int>(sorted.Length, StringComparer.Ordinal);
        var hasAliases = false;
        for (var i = 0; i < sorted.Length; i++)
        {
            places.Add(sorted[i].Name, i);
            hasAliases |= sorted[i].Aliases.Length > 0;
        }

        for (var i = 0; hasAliases && i < sorted.Length; i++)
        {
            foreach (var alias in sorted[i].Aliases)
            {
                places.TryAdd(alias, i);
            }
        }

        return new NameIndex(places, hasAliases);
    }

    /// <summary>The place, or -1.</summary>
    public int Find(string name) => _places.GetValueOrDefault(name, -1);
}
