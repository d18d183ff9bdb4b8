using System.Buffers;
using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using XdsServer.Discovery;
using XdsServer.Grpc;

namespace XdsServer.Tests.Unit.Grpc;

public sealed class GrpcCallTests
{
    private static readonly GrpcLimits Limits = new();

    [Fact]
    public void What_one_call_writes_another_reads_however_it_is_cut()
    {
        var messages = ArbMap.Default.ArbFor<byte[]>().Generator.ListOf();

        Prop.ForAll(messages.ToArbitrary(), Gen.Choose(1, 50).ToArbitrary(), (sent, cut) =>
        {
            var wire = new CapturingWriter();
            var writing = CallOn(PipeReader.Create(ReadOnlySequence<byte>.Empty), wire);
            sent.ForEach(m => writing.WriteAsync([m.AsMemory(0, m.Length / 2), m.AsMemory(m.Length / 2)], default).AsTask().IsCompletedSuccessfully.Should().BeTrue());

            var reader = PipeReader.Create(new SlowStream(wire.Written.ToArray(), cut), new StreamPipeReaderOptions(bufferSize: 16, minimumReadSize: 1));
            ReadAll(CallOn(reader, wire)).Should().BeEquivalentTo(sent, o => o.WithStrictOrdering());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        var call = IdleCall();
        var parts = new ReadOnlyMemory<byte>[] { new byte[10_000], new byte[10] };
        Write(call, parts, 1000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Write(call, parts, 1000);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public async Task A_long_message_waits_for_room_piece_by_piece_and_arrives_whole()
    {
        const int Room = 32 * 1024;
        var message = new byte[1024 * 1024];
        Random.Shared.NextBytes(message);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: Room, resumeWriterThreshold: Room / 2, useSynchronizationContext: false));
        var call = CallOn(PipeReader.Create(ReadOnlySequence<byte>.Empty), pipe.Writer);

        var writing = call.WriteAsync([message.AsMemory(0, 10), message.AsMemory(10)], default).AsTask();
        pipe.Reader.TryRead(out var held).Should().BeTrue();
        held.Buffer.Length.Should().BeLessThan(2 * Room);
        call.IsStalled.Should().BeTrue();
        pipe.Reader.AdvanceTo(held.Buffer.Start);

        var receiving = CallOn(pipe.Reader, pipe.Writer);
        var read = await receiving.ReadAsync(default);
        read!.Value.ToArray().AsSpan().SequenceEqual(message).Should().BeTrue();
        var end = receiving.ReadAsync(default).AsTask();
        await writing;
        call.IsStalled.Should().BeFalse();
        await pipe.Writer.CompleteAsync();
        (await end).Should().BeNull();
    }

    [Fact]
    public async Task Reading_after_the_end_finds_the_end_again()
    {
        var call = IdleCall();

        (await call.ReadAsync(default)).Should().BeNull();
        (await call.ReadAsync(default)).Should().BeNull();
    }

    /// <summary>A call whose client has said nothing and is done.</summary>
    internal static GrpcCall IdleCall() => CallOn(PipeReader.Create(ReadOnlySequence<byte>.Empty), new BottomlessWriter());

    private static void Write(GrpcCall call, ReadOnlyMemory<byte>[] parts, int times)
    {
        for (var i = 0; i < times; i++)
        {
            if (!call.WriteAsync(parts, default).AsTask().IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("A writer with room completes at once.");
            }
        }
    }

    private static List<byte[]> ReadAll(GrpcCall call)
    {
        var read = new List<byte[]>();
        while (call.ReadAsync(default).AsTask().GetAwaiter().GetResult() is { } message)
        {
            read.Add(message.ToArray());
        }

        return read;
    }

    private static GrpcCall CallOn(PipeReader reader, PipeWriter writer)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new RequestPipe(reader));
        context.Features.Set<IHttpResponseBodyFeature>(new ResponsePipe(writer));
        return new GrpcCall(context, Limits, new LongWrites(1, TimeProvider.System), new PeerInfo("test", IsEncrypted: false, []), CancellationToken.None);
    }

    private sealed record RequestPipe(PipeReader Reader) : IRequestBodyPipeFeature;

    private sealed class ResponsePipe(PipeWriter writer) : IHttpResponseBodyFeature
    {
        public Stream Stream => Stream.Null;

        public PipeWriter Writer => writer;

        public Task CompleteAsync() => Task.CompletedTask;

        public void DisableBuffering()
        {
        }

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }

    /// <summary>Takes everything and forgets it.</summary>
    private sealed class BottomlessWriter : PipeWriter
    {
        private readonly byte[] _scratch = new byte[4096];

        public override void Advance(int bytes)
        {
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _scratch;

        public override Span<byte> GetSpan(int sizeHint = 0) => _scratch;

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;
    }

    /// <summary>Takes everything and keeps it.</summary>
    private sealed class CapturingWriter : PipeWriter
    {
        private readonly ArrayBufferWriter<byte> _buffer = new();

        public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

        public override void Advance(int bytes) => _buffer.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(sizeHint);

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class SlowStream(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }
}
