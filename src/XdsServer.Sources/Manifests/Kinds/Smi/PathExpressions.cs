using System.Buffers;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests.Kinds.Smi;

/// <summary>
/// SMI's <c>pathRegex</c>. It is anchored at the beginning only, so <c>/api</c> means every path that begins with it. What needs no
/// expression becomes none: that is faster, and no limit of proxies applies.
/// </summary>
internal static class PathExpressions
{
    private static readonly SearchValues<char> Special = SearchValues.Create(@"\.+*?()|[]{}^$");

    /// <summary>The condition; null: any path.</summary>
    /// <param name="expression">As written.</param>
    /// <param name="isWhole">Whether the expression must match the whole path, as Open Service Mesh has it.</param>
    public static PathMatch? Translate(string expression, bool isWhole)
    {
        var rest = expression.StartsWith('^') ? expression[1..] : expression;
        var isEnded = EndsWithDollar(rest);
        rest = isEnded ? rest[..^1] : rest;
        if (IsLiteral(rest) && (isWhole || isEnded))
        {
            return new PathMatch(PathMatchKind.Exact, rest);
        }

        var beginning = rest.EndsWith(".*", StringComparison.Ordinal) && !isEnded ? rest[..^2] : rest;
        var isOpen = beginning.Length < rest.Length || !(isWhole || isEnded);
        if (isOpen && (beginning.Length == 0 || beginning == "/"))
        {
            return null;
        }

        if (isOpen && IsLiteral(beginning))
        {
            return new PathMatch(PathMatchKind.StartsWith, beginning);
        }

        return new PathMatch(PathMatchKind.Regex, isWhole ? expression : $"(?:{expression}).*");
    }

    private static bool EndsWithDollar(string text) => text.EndsWith('$') && !text.EndsWith(@"\$", StringComparison.Ordinal);

    private static bool IsLiteral(string text) => text.StartsWith('/') && !text.AsSpan().ContainsAny(Special);
}
