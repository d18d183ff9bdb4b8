namespace XdsServer.Discovery;

/// <summary>How discovery serves its streams.</summary>
public sealed class DiscoveryOptions
{
    /// <summary>Names this instance in every response (protocol duty 10); Envoy shows it as <c>control_plane.identifier</c>.</summary>
    public string Identifier { get; init; } = "xds-control-plane";

    /// <summary>Serve secrets to clients without TLS. Private keys then cross the network readable.</summary>
    public bool AllowPlaintextSecrets { get; init; }

    /// <summary>
    /// How long newer CDS content waits for the ACK of older content before it goes out anyway: a warming cluster withholds the ACK.
    /// </summary>
    public TimeSpan ClusterAckPatience { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long newer content of any other type waits for the client's answer to older content. Envoy answers at once.</summary>
    public TimeSpan AckLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a listener or route that names new clusters waits for their ACK. Must exceed the <c>initial_fetch_timeout</c> of
    /// the clients (5 s in our bootstrap).
    /// </summary>
    public TimeSpan AdditionLimit { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Added to <see cref="AdditionLimit"/> for every thousand clusters that wait for their ACK.</summary>
    public TimeSpan AdditionLimitPerThousand { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The clients' <c>--drain-time-s</c>: so long do replaced filter chains of a listener go on using the clusters they name.</summary>
    public TimeSpan ListenerDrainTime { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Added to <see cref="ListenerDrainTime"/>: after that a removal no longer waits for what still names the resource.</summary>
    public TimeSpan RemovalSlack { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a client that held state before it connected may take to ask for its clusters, listeners and routes again.</summary>
    public TimeSpan ResumeLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long removed clusters stay available to state-of-the-world clients that connect again.</summary>
    public TimeSpan TombstoneTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A folder of this instance's own in which it keeps what state-of-the-world clients were served, so that <see cref="TombstoneTime"/> holds over restarts;
    /// empty: nothing is kept. Delta clients say themselves what they hold.
    /// </summary>
    public string StateFolder { get; init; } = "";

    /// <summary>
    /// Where clusters and routes come on streams of their own: how long a new or changed cluster has to become warm before routes that name it are sent, and
    /// routes to leave a cluster before it is removed (protocol duty 68).
    /// </summary>
    public TimeSpan SeparateWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary><see cref="SeparateWait"/> of clusters that need nothing but endpoints over EDS to become warm.</summary>
    public TimeSpan SeparateEndpointsWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A client that does not take a message for so long is disconnected, so that it starts anew (protocol duty 90).</summary>
    public TimeSpan WriteStallLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Which rules of make before break hold; only tests switch any off.</summary>
    internal EnvoyRules Rules { get; init; } = EnvoyRules.All;

    /// <summary>How long a request without a stream waits for the first configuration. Envoy's request timeout is 1 s.</summary>
    public TimeSpan FetchPatience { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>Streams that may be open at once; further ones end with UNAVAILABLE (protocol duty 91). 0: any number.</summary>
    public int MaxStreams { get; init; } = 100_000;

    /// <summary>New streams that are served in a second, on average; further ones end with UNAVAILABLE, and clients come again. 0: any number.</summary>
    public int NewStreamsPerSecond { get; init; } = 1000 * Environment.ProcessorCount;

    /// <summary>New streams that are served at once after a quiet time: what the clients of a replica that went away bring.</summary>
    public int NewStreamsBurst { get; init; } = 5000 * Environment.ProcessorCount;
}
