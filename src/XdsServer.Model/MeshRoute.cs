using System.Collections.Immutable;

namespace XdsServer.Model;

/// <summary>
/// The one form of a route, shaped like Gateway API's rules. Splits, route groups, routers and gateway routes of every source are
/// read into it, so translators know one thing and every source gets every feature.
/// </summary>
public sealed record MeshRoute : MeshObject
{
    /// <summary>The namespace that references without a namespace mean.</summary>
    public required string Namespace { get; init; }

    /// <summary>What the route hangs on; at least one.</summary>
    public required ImmutableArray<RouteParent> Parents { get; init; }

    /// <summary>Host names, possibly with a leading <c>*.</c>; empty: all of the parent's. Lower-cased.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>The first rule with a match decides.</summary>
    public required ImmutableArray<RouteRule> Rules { get; init; }

    /// <summary>Among the routes of one service those of a lower order come first.</summary>
    public int Order { get; init; }

    /// <summary>What no rule matches goes to the service itself, as SMI wants it; otherwise it gets 404, as Gateway API wants it.</summary>
    public bool LeavesRest { get; init; }

    /// <summary>Further objects that it was made from, besides <see cref="MeshObject.Ref"/>.</summary>
    public ImmutableArray<ObjectRef> Origins { get; init; } = [];
}

/// <summary>What a route hangs on.</summary>
public abstract record RouteParent
{
    private RouteParent()
    {
    }

    /// <summary>All traffic to a service, or to one port of it (0: all ports).</summary>
    public sealed record OfService(ServiceKey Service, int Port) : RouteParent;

    /// <summary>A gateway, or one listener of it (empty: all listeners).</summary>
    public sealed record OfGateway(ServiceKey Gateway, string Listener) : RouteParent;
}

/// <summary>Requests that match go to the backends.</summary>
public sealed record RouteRule
{
    /// <summary>A name for metrics and people, or empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>Any of these; empty: everything.</summary>
    public ImmutableArray<RouteMatch> Matches { get; init; } = [];

    /// <summary>Weighted; empty or all of weight 0: 503.</summary>
    public ImmutableArray<RouteBackend> Backends { get; init; } = [];

    /// <summary>A share beside those of the backends that nobody takes: it fails with 503.</summary>
    public uint FailingWeight { get; init; }

    /// <summary>
    /// False: the share of a backend that does not exist fails, as Gateway API wants it. True, as SMI wants it: the others share it,
    /// ports are compared by number only, and without any backend for a port the rule does not apply there.
    /// </summary>
    public bool LeavesOutMissing { get; init; }

    /// <summary>For the whole request; null: the mesh's default; zero: none.</summary>
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>Null: the mesh's default.</summary>
    public RetryPolicy? Retry { get; init; }
}

/// <summary>All that is said here must hold.</summary>
public sealed record RouteMatch
{
    /// <summary>Null: any path.</summary>
    public PathMatch? Path { get; init; }

    /// <summary>An HTTP method in upper case; empty: any.</summary>
    public string Method { get; init; } = "";

    /// <summary>All of these.</summary>
    public ImmutableArray<ValueMatch> Headers { get; init; } = [];

    /// <summary>All of these.</summary>
    public ImmutableArray<ValueMatch> QueryParameters { get; init; } = [];
}

/// <summary>How a path is compared.</summary>
public enum PathMatchKind
{
    /// <summary>By whole path segments, as Gateway API's PathPrefix: <c>/a</c> matches <c>/a</c> and <c>/a/b</c>, not <c>/ab</c>.</summary>
    Prefix,

    /// <summary>The whole path.</summary>
    Exact,

    /// <summary>By characters: <c>/a</c> matches <c>/ab</c> too.</summary>
    StartsWith,

    /// <summary>An RE2 expression over the whole path.</summary>
    Regex,
}

/// <summary>A path to compare with.</summary>
public sealed record PathMatch(PathMatchKind Kind, string Value);

/// <summary>A header or query parameter to compare with: exact, or an RE2 expression over the whole value.</summary>
public sealed record ValueMatch(string Name, string Value, bool IsRegex);

/// <summary>Where requests go.</summary>
/// <param name="Service">May be missing from the mesh; then its share fails and a diagnostic says so.</param>
/// <param name="Port">The service port's number; 0: the port that the request came for.</param>
/// <param name="Weight">Relative; 0: none.</param>
public sealed record RouteBackend(ServiceKey Service, int Port, uint Weight)
{
    /// <summary>Only endpoints with all these labels; empty: all endpoints.</summary>
    public ImmutableSortedDictionary<string, string> Subset { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>When and how often a request is tried again.</summary>
public sealed record RetryPolicy(int Attempts, string RetryOn, TimeSpan? PerTryTimeout);
