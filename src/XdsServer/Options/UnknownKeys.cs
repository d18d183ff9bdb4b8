using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace XdsServer.Options;

/// <summary>Finds keys in the settings that no option has.</summary>
internal static class UnknownKeys
{
    /// <summary>One text for each unknown key, with the nearest that is known.</summary>
    public static IEnumerable<string> Find(IConfigurationSection section, Type type)
    {
        if (ItemOf(type) is { } item)
        {
            return section.GetChildren().SelectMany(c => Find(c, item));
        }

        var known = PropertiesOf(type);
        if (known.Count == 0)
        {
            return [];
        }

        return section.GetChildren().SelectMany(c => known.TryGetValue(c.Key, out var property) ? Find(c, property.PropertyType) : [Describe(c, known.Keys)]);
    }

    /// <summary>The settable properties of an options class, by name; none for plain values.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Only types of this assembly are looked at, and Runtime.props keeps it whole.")]
    public static IReadOnlyDictionary<string, PropertyInfo> PropertiesOf(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type).Namespace?.StartsWith(nameof(XdsServer), StringComparison.Ordinal) == true && !type.IsEnum
            ? type.GetProperties().Where(p => p.SetMethod is not null).ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase)
            : new Dictionary<string, PropertyInfo>();

    /// <summary>The type of a list's or dictionary's items; null for everything else.</summary>
    public static Type? ItemOf(Type type) =>
        type != typeof(string) && type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type) ? type.GetGenericArguments()[^1] : null;

    private static string Describe(IConfigurationSection found, IEnumerable<string> known)
    {
        var parent = found.Path[..^found.Key.Length];
        var nearest = known.MinBy(k => Distance(k.ToUpperInvariant(), found.Key.ToUpperInvariant()))!;
        return $"{found.Path} is not a setting: did you mean {parent}{nearest}? All settings stand in docs/configuration.md.";
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
