using System.Net;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>A request body that stays open: what is written goes out at once, and the response is read meanwhile.</summary>
internal sealed class DuplexContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var stream = await _opened.Task.WaitAsync(cancellationToken);
        await stream.WriteAsync(bytes, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>Ends the client's side of the stream; the server's stays open.</summary>
    public void Complete() => _completed.TrySetResult();

    /// <summary>Nobody will ever read what is written; a writer that waits for the stream learns why.</summary>
    public void Fail(Exception reason) => _opened.TrySetException(reason);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        _opened.TrySetResult(stream);
        await _completed.Task.WaitAsync(cancellationToken);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
