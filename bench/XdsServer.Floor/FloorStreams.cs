using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Threading.Channels;

namespace XdsServer.Floor;

/// <summary>The open streams. One loop writes each change to all of them, one after the other.</summary>
internal sealed class FloorStreams
{
    // Handlers add and remove, the loop reads.
    private readonly ConcurrentDictionary<PipeWriter, Task> _streams = new(ReferenceEqualityComparer.Instance);
    private readonly Channel<byte[]> _changes = Channel.CreateBounded<byte[]>(1000);

    /// <summary>What a new stream is sent.</summary>
    public byte[] World { get; set; } = [];

    /// <summary>Hands a message to the loop.</summary>
    public void Publish(byte[] frame) => _changes.Writer.TryWrite(frame);

    /// <summary>Answers the first request with the whole world, and reads without looking until the client is gone.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        var (reader, writer) = (context.Request.BodyReader, context.Response.BodyWriter);
        try
        {
            var isServed = false;
            while (await reader.ReadAsync(context.RequestAborted) is { IsCompleted: false } read)
            {
                reader.AdvanceTo(read.Buffer.End);
                if (!isServed)
                {
                    isServed = true;
                    await writer.WriteAsync(World, context.RequestAborted);
                    _streams.TryAdd(writer, Task.CompletedTask);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client is gone, which is how every stream of a benchmark ends.
        }
        finally
        {
            _streams.TryRemove(writer, out _);
        }
    }

    /// <summary>Writes what is published to every stream, until it is stopped. A stream that has not sent the message before is waited for.</summary>
    public async Task PumpAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var frame in _changes.Reader.ReadAllAsync(stop))
            {
                foreach (var (writer, sending) in _streams)
                {
                    await sending;
                    var flush = writer.WriteAsync(frame, stop);
                    if (!flush.IsCompleted)
                    {
                        _streams.TryUpdate(writer, flush.AsTask(), sending);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end of the program.
        }
    }
}
