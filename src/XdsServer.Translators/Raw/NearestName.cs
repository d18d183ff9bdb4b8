namespace XdsServer.Translators.Raw;

/// <summary>Guesses what a misspelled name was meant to be.</summary>
internal static class NearestName
{
    /// <summary>The candidate that differs least; null when none is near enough to be a misspelling.</summary>
    public static string? Of(string name, IEnumerable<string> candidates, int maximum = int.MaxValue)
    {
        var limit = Math.Min(maximum, Math.Max(2, name.Length / 3));
        var best = candidates
            .Where(c => Math.Abs(c.Length - name.Length) <= limit)
            .Select(c => (Name: c, Distance: Distance(name, c)))
            .Where(c => c.Distance <= limit)
            .OrderBy(c => c.Distance)
            .ThenBy(c => c.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Name;
    }

    // Levenshtein, one row at a time.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
