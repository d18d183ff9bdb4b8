using System.Buffers;

namespace XdsServer.Discovery;

/// <summary>
/// One bidirectional stream of messages, as discovery sees it. The gRPC transport implements it; so do tests. One reader and one
/// writer may use it at the same time; two writers may not.
/// </summary>
public interface IMessageStream
{
    /// <summary>Who is on the other side.</summary>
    PeerInfo Peer { get; }

    /// <summary>
    /// The next message, or null when the client has ended its side. The memory is valid until the next call.
    /// </summary>
    /// <exception cref="OperationCanceledException">The stream was aborted or the token cancelled.</exception>
    ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes one message that consists of these parts, and flushes. Their memory must stay as it is until the task completes, which it
    /// does when all is copied and the transport takes more. A short message is copied at once, a long one as the client makes room.
    /// </summary>
    /// <exception cref="OperationCanceledException">The stream was aborted or the token cancelled.</exception>
    ValueTask WriteAsync(ReadOnlySpan<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken);
}

/// <summary>Who is on the other side of a stream.</summary>
/// <param name="Address">Remote address and port, for people.</param>
/// <param name="IsEncrypted">True on TLS. Secrets are only served there, unless an option says otherwise.</param>
/// <param name="Identities">The names in the client's verified certificate (URI and DNS); empty when it showed none.</param>
public sealed record PeerInfo(string Address, bool IsEncrypted, IReadOnlyList<string> Identities);
