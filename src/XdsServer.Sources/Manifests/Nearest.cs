namespace XdsServer.Sources.Manifests;

/// <summary>Finds what somebody most likely meant.</summary>
internal static class Nearest
{
    private const int LongestCompared = 64;

    /// <summary>A sentence that names the nearest of the known words, or all of them when none is near.</summary>
    public static string Suggest(string written, IReadOnlyCollection<string> known)
    {
        var nearest = Find(written, known);
        return nearest is not null
            ? $"Did you mean '{nearest}'?"
            : $"Known are: {string.Join(", ", known.Order(StringComparer.Ordinal))}.";
    }

    /// <summary>The known word that needs the fewest edits, when these are few enough to be a slip.</summary>
    public static string? Find(string written, IEnumerable<string> known)
    {
        if (written.Length is 0 or > LongestCompared)
        {
            return null;
        }

        var (word, distance) = known
            .Select(candidate => (candidate, distance: Distance(written.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .FirstOrDefault();
        return word is not null && distance <= Math.Max(1, Math.Max(word.Length, written.Length) / 3) ? word : null;
    }

    /// <summary>Levenshtein's distance, with a swap of neighbors counted as one edit.</summary>
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            table[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            table[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var change = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(change, 1 + Math.Min(table[i - 1, j], table[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], 1 + table[i - 2, j - 2]);
                }
            }
        }

        return table[a.Length, b.Length];
    }
}
