using System.Text.RegularExpressions;
using XdsServer.Model;
using ValueMatch = XdsServer.Model.ValueMatch;

namespace XdsServer.Translators.Routes;

/// <summary>Two matches at once.</summary>
internal static class RouteMatches
{
    // Envoy's :path has the query, which paths of matches have not.
    private const string AnyQuery = @"(?:\?.*)?";

    /// <summary>What matches both; null when nothing can.</summary>
    public static RouteMatch? Both(RouteMatch first, RouteMatch second)
    {
        if (first.Method.Length > 0 && second.Method.Length > 0 && first.Method != second.Method)
        {
            return null;
        }

        var both = new RouteMatch
        {
            Path = IsAny(first.Path) ? second.Path : first.Path,
            Method = first.Method.Length > 0 ? first.Method : second.Method,
            Headers = first.Headers.AddRange(second.Headers),
            QueryParameters = first.QueryParameters.AddRange(second.QueryParameters),
        };

        // A route has room for one path; the other becomes an expression over the pseudo header.
        return IsAny(first.Path) || IsAny(second.Path) || first.Path == second.Path
            ? both
            : both with { Headers = both.Headers.Add(new ValueMatch(":path", Expression(second.Path!), IsRegex: true)) };
    }

    private static bool IsAny(PathMatch? path) => path is null or { Kind: PathMatchKind.Prefix or PathMatchKind.StartsWith, Value: "/" };

    private static string Expression(PathMatch path) => path.Kind switch
    {
        PathMatchKind.Exact => Regex.Escape(path.Value) + AnyQuery,
        PathMatchKind.StartsWith => Regex.Escape(path.Value) + ".*",
        PathMatchKind.Regex => $"(?:{path.Value}){AnyQuery}",
        _ => $"{Regex.Escape(path.Value.TrimEnd('/'))}(?:[/?].*)?",
    };
}
