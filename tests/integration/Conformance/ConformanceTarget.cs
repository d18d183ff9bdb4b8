using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>
/// The server under test and the world that it serves, steered by the control contract of the benchmark: synthetic clusters
/// <c>c-00000</c>… whose endpoints come over EDS, each with a value that a test may change.
/// </summary>
public abstract class ConformanceTarget : IAsyncDisposable
{
    /// <summary>Runs another server instead of ours; <c>{grpc}</c> and <c>{control}</c> in it become addresses.</summary>
    public const string ForeignServerVariable = "XDS_CONFORMANCE_SERVER";

    /// <summary>The command line of a foreign server, or null when ours is tested.</summary>
    public static string? ForeignServer { get; } = Environment.GetEnvironmentVariable(ForeignServerVariable) is { Length: > 0 } command ? command : null;

    /// <summary>Where it serves xDS, without TLS.</summary>
    public abstract Uri GrpcAddress { get; }

    /// <summary>Starts what is to be tested.</summary>
    public static async Task<ConformanceTarget> StartAsync() =>
        ForeignServer is { } command ? await ForeignTarget.StartAsync(command) : await OwnTarget.StartAsync();

    /// <summary>Replaces everything: that many clusters, each with a load assignment of that many endpoints; all values 0.</summary>
    public abstract Task ResetAsync(int clusters, int endpoints = 2);

    /// <summary>Gives clusters or load assignments that value; those that do not exist are made.</summary>
    public abstract Task ChangeAsync(ResourceType type, int value, params string[] names);

    /// <summary>Deletes clusters or load assignments.</summary>
    public abstract Task RemoveAsync(ResourceType type, params string[] names);

    /// <summary>Publishes the same content once more.</summary>
    public abstract Task RepublishAsync();

    /// <summary>
    /// Returns when everything that the server had to send on this stream has been sent. Answers stay to be read.
    /// </summary>
    public abstract Task SettleAsync(XdsStream stream);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>
    /// What can be done about any server: several streams of another client are opened and answered in full, one after the other.
    /// A server that has anything to say on the stream in question says it meanwhile.
    /// </summary>
    private protected static async Task LetOthersPassAsync(Uri server, Variant variant)
    {
        const int Others = 5;
        using var other = new XdsClient(server, "somebody-else");
        for (var i = 0; i < Others; i++)
        {
            await using var stream = other.Ads(variant);
            await stream.WatchAllAsync(ResourceType.Cluster);
            await stream.AcceptAsync(ResourceType.Cluster);
        }
    }
}
