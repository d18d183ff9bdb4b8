namespace XdsServer.Grpc;

/// <summary>What the transport takes from a client.</summary>
public sealed record GrpcLimits
{
    /// <summary>
    /// The largest message in bytes, before and after decompression (protocol duty 15). A larger one ends its call with
    /// RESOURCE_EXHAUSTED. Discovery requests that list ten thousand names and versions have about 1 MiB.
    /// </summary>
    public int MaxReceiveBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Answers smaller than this are not compressed, whatever was negotiated.</summary>
    public int MinCompressedBytes { get; init; } = 1024;

    /// <summary>
    /// Streams on one connection (protocol duty 14). Envoys that use the separate endpoint service open one stream per cluster.
    /// </summary>
    public int MaxStreamsPerConnection { get; init; } = 100_000;

    /// <summary>Connections that may be open at once; further ones are closed (protocol duty 91). 0: any number.</summary>
    public int MaxConnections { get; init; } = 50_000;

    /// <summary>
    /// Messages of more than 32 KiB that are written at once, to all clients; further ones wait in line, first come first served (protocol
    /// duty 91). The line moves by as many in 50 ms, however slowly clients read. At least 1.
    /// </summary>
    public int MaxLongWrites { get; init; } = 16 * Environment.ProcessorCount;

    /// <summary>After this long without a frame the client is pinged (protocol duty 13).</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection whose client does not answer a ping in this time is closed.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// A connection older than this, a tenth more or less, is ended so that its client connects again (protocol duty 13). Zero: never.
    /// </summary>
    public TimeSpan MaxConnectionAge { get; init; } = TimeSpan.FromHours(10);
}
