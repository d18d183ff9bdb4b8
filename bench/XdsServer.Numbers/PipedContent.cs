using System.IO.Pipelines;
using System.Net;

namespace XdsServer.Numbers;

/// <summary>A request body without end: what is written to the pipe is sent at once.</summary>
internal sealed class PipedContent(PipeReader requests) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await requests.ReadAsync(cancellationToken);
            foreach (var part in read.Buffer)
            {
                await stream.WriteAsync(part, cancellationToken);
            }

            await stream.FlushAsync(cancellationToken);
            requests.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
