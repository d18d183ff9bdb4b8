using Envoy.Config.Core.V3;
using Envoy.Service.LoadStats.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Discovery;
using XdsServer.Groups;
using XdsServer.Translators;

namespace XdsServer.LoadReports;

/// <summary>
/// Serves <c>StreamLoadStats</c> (protocol duty 86): tells a proxy what to report and how often, then takes its reports until it goes.
/// </summary>
/// <param name="classifier">Says what a proxy is.</param>
/// <param name="clustersOf">The clusters of such a proxy, for one that cannot report all of them unnamed.</param>
/// <param name="store">Where reports go.</param>
/// <param name="options">What is asked for.</param>
/// <param name="time">When reports came.</param>
/// <param name="log">For what goes wrong.</param>
internal sealed class LoadReportServer(
    ProxyClassifier classifier, Func<ProxyGroupKey, IEnumerable<string>> clustersOf, LoadReportStore store, LoadReportOptions options, TimeProvider time, ILogger<LoadReportServer> log)
{
    private const string SendsAllClusters = "envoy.lrs.supports_send_all_clusters";
    private const int LongestNodeId = 1024;

    private int _streams;

    /// <summary>Streams that are open now.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>Serves one stream until the client ends it or the token is cancelled.</summary>
    /// <exception cref="DiscoveryException">The stream must end with a status.</exception>
    public async Task ServeAsync(IMessageStream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Interlocked.Increment(ref _streams);
        try
        {
            await RunAsync(stream, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }

    private async Task RunAsync(IMessageStream stream, CancellationToken cancellationToken)
    {
        if (await ReadAsync(stream, cancellationToken) is not { } first)
        {
            return;
        }

        var reporter = ReporterOf(first.Node);
        var names = first.Node.ClientFeatures.Contains(SendsAllClusters) ? null : Names(reporter);
        await AskAsync(stream, names, cancellationToken);

        // A proxy that had to connect again says in its first message what it sent in between.
        Take(reporter, first);
        while (await ReadAsync(stream, cancellationToken) is { } message)
        {
            Take(reporter, message);
            if (names is not null && Names(reporter) is var newest && !names.SequenceEqual(newest, StringComparer.Ordinal))
            {
                names = newest;
                await AskAsync(stream, names, cancellationToken);
            }
        }
    }

    private LoadReporter ReporterOf(Node? node)
    {
        if (node is null || node.Id.Length is 0 or > LongestNodeId)
        {
            throw new DiscoveryException(DiscoveryFault.InvalidArgument, $"The first message of a load report stream must carry the node, whose id has 1 to {LongestNodeId} characters.");
        }

        try
        {
            return new LoadReporter(node.Id, classifier.Classify(node));
        }
        catch (UnknownProxyException e)
        {
            throw new DiscoveryException(DiscoveryFault.InvalidArgument, e.Message);
        }
    }

    private void Take(LoadReporter reporter, LoadStatsRequest message)
    {
        if (options.Enabled && !store.Add(reporter, LoadReportDecoder.Decode(message, time.GetUtcNow())))
        {
            log.ReportDropped(reporter.NodeId, options.MaxRows);
        }
    }

    private List<string> Names(LoadReporter reporter) => [.. clustersOf(reporter.Group).Where(c => LoadReportDecoder.ServiceOf(c) is not null)];

    // Names of clusters are asked for only where "all of them" is not understood. Without an answer a proxy reports nothing.
    private ValueTask AskAsync(IMessageStream stream, List<string>? names, CancellationToken cancellationToken)
    {
        if (!options.Enabled)
        {
            return ValueTask.CompletedTask;
        }

        var response = new LoadStatsResponse
        {
            SendAllClusters = names is null,
            LoadReportingInterval = Duration.FromTimeSpan(options.Interval),
            ReportEndpointGranularity = options.PerEndpoint,
        };
        response.Clusters.AddRange(names ?? []);
        return stream.WriteAsync([response.ToByteArray()], cancellationToken);
    }

    private static async ValueTask<LoadStatsRequest?> ReadAsync(IMessageStream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(cancellationToken) is { } bytes ? LoadStatsRequest.Parser.ParseFrom(bytes) : null;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new DiscoveryException(DiscoveryFault.InvalidArgument, $"The message is no LoadStatsRequest: {e.Message}");
        }
    }
}
