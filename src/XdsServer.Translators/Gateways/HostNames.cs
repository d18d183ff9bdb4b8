using System.Collections.Immutable;

namespace XdsServer.Translators.Gateways;

/// <summary>Host names, possibly with a leading <c>*.</c>; <c>*</c> is all of them.</summary>
internal static class HostNames
{
    /// <summary>All hosts.</summary>
    public const string All = "*";

    /// <summary>What both lists name, sorted: of a pair that overlaps the narrower one. An empty list names all hosts.</summary>
    public static ImmutableArray<string> InCommon(ImmutableArray<string> left, ImmutableArray<string> right) =>
    [
        .. OrAll(left)
            .SelectMany(l => OrAll(right), Narrower)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The list, or <see cref="All"/> when it is empty.</summary>
    public static ImmutableArray<string> OrAll(ImmutableArray<string> hosts) => hosts.IsEmpty ? [All] : hosts;

    private static string? Narrower(string left, string right) => Covers(left, right) ? right : Covers(right, left) ? left : null;

    private static bool Covers(string wide, string narrow) =>
        wide == All
        || string.Equals(wide, narrow, StringComparison.Ordinal)
        || (wide.StartsWith("*.", StringComparison.Ordinal) && narrow != All && narrow.Length > wide.Length - 1 && narrow.EndsWith(wide[1..], StringComparison.Ordinal));
}
