using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using EnvoyMatch = Envoy.Config.Route.V3.RouteMatch;
using PathMatch = XdsServer.Model.PathMatch;
using RouteMatch = XdsServer.Model.RouteMatch;

namespace XdsServer.Translators.Routes;

/// <summary>
/// One match. What Envoy would refuse costs this match only, never a single condition of it: without the condition it would
/// match more than was asked for.
/// </summary>
internal static class MatchTranslator
{
    /// <summary>The match, or null after a diagnostic.</summary>
    public static EnvoyMatch? Translate(RouteMatch match, MeshRoute route, string field, LayerBuilder builder)
    {
        if (Problem(match, route, field) is { } problem)
        {
            builder.Report(problem);
            return null;
        }

        var result = Path(match.Path);
        if (match.Method.Length > 0)
        {
            result.Headers.Add(Header(new ValueMatch(":method", match.Method, IsRegex: false)));
        }

        result.Headers.AddRange(match.Headers.Select(Header));
        result.QueryParameters.AddRange(match.QueryParameters.Select(q => new QueryParameterMatcher { Name = q.Name, StringMatch = Value(q) }));
        return result;
    }

    private static Diagnostic? Problem(RouteMatch match, MeshRoute route, string field)
    {
        var regexes = match.Headers.Select((h, i) => (h.IsRegex, h.Value, $"headers[{i}]"))
            .Concat(match.QueryParameters.Select((q, i) => (q.IsRegex, q.Value, $"queryParameters[{i}]")))
            .Append((match.Path?.Kind == PathMatchKind.Regex, match.Path?.Value ?? "", "path"));
        foreach (var (isRegex, value, at) in regexes)
        {
            if (isRegex && Re2.Problem(value) is { } problem)
            {
                return Problems.UnusableRegex(route, $"{field}.{at}", problem);
            }
        }

        return NameProblem(match) is { } name ? Problems.UnusableMatch(route, field, name) : null;
    }

    private static string? NameProblem(RouteMatch match)
    {
        foreach (var header in match.Headers)
        {
            if (header.Name is not (":authority" or ":path") && !IsToken(header.Name))
            {
                return $"'{header.Name}' is not a header name";
            }
        }

        return match switch
        {
            { Path: { Kind: not PathMatchKind.Regex, Value: var path } } when path.Length == 0 || path[0] != '/' => $"the path '{path}' does not begin with '/'",
            { Path: { Kind: not PathMatchKind.Regex, Value: var path } } when path.AsSpan().ContainsAny('?', '#') => $"the path '{path}' holds a query or a fragment",
            _ when match.QueryParameters.Any(q => q.Name.Length is 0 or > 1024) => "a query parameter has no name, or one that is too long",
            _ => null,
        };
    }

    private static bool IsToken(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    private static EnvoyMatch Path(PathMatch? path)
    {
        var prefix = path?.Value.TrimEnd('/') ?? "";
        return path switch
        {
            null => RouteParts.Everything(),
            { Kind: PathMatchKind.Exact } => new EnvoyMatch { Path = path.Value },
            { Kind: PathMatchKind.StartsWith } => new EnvoyMatch { Prefix = path.Value },
            { Kind: PathMatchKind.Regex } => new EnvoyMatch { SafeRegex = new RegexMatcher { Regex = path.Value } },
            _ => prefix.Length == 0 ? RouteParts.Everything() : new EnvoyMatch { PathSeparatedPrefix = prefix },
        };
    }

    private static HeaderMatcher Header(ValueMatch header) => new() { Name = header.Name.ToLowerInvariant(), StringMatch = Value(header) };

    private static StringMatcher Value(ValueMatch match) => match.IsRegex
        ? new StringMatcher { SafeRegex = new RegexMatcher { Regex = match.Value } }
        : new StringMatcher { Exact = match.Value };
}
