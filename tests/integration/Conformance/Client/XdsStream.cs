using System.Globalization;
using Envoy.Config.Core.V3;
using Google.Protobuf;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>
/// The client's side of one xDS stream, one step at a time and in either variant. It does nothing by itself: what is not ACKed
/// stays un-ACKed. What was said on both sides is kept, and is part of every failure's message.
/// </summary>
public abstract class XdsStream : IAsyncDisposable
{
    private readonly GrpcCall _call;
    private readonly Queue<Answer> _unread = new();
    private readonly List<string> _transcript = [];
    private bool _saidNode;

    private protected XdsStream(GrpcCall call, Variant variant, Node? node)
    {
        _call = call;
        Variant = variant;
        Node = node;
    }

    /// <summary>Which protocol is spoken.</summary>
    public Variant Variant { get; }

    /// <summary>Sent with the first request only, as Envoy does when it is told to; null: never.</summary>
    public Node? Node { get; }

    /// <summary>Completes when the server has ended the stream; fails the test when it does not.</summary>
    public async Task<GrpcStatus> EndAsync() => await Deadline.OfAsync(_call.Ended, () => $"The stream was not ended.\n{Transcript}");

    /// <summary>True while neither side has ended the stream.</summary>
    public bool IsOpen => !_call.Ended.IsCompleted;

    /// <summary>What was said so far, for people.</summary>
    public string Transcript => string.Join('\n', _transcript);

    /// <summary>Subscribes in the old way: a first request without names.</summary>
    public abstract Task WatchAllAsync(ResourceType type);

    /// <summary>Adds names to the subscription.</summary>
    public abstract Task SubscribeAsync(ResourceType type, params string[] names);

    /// <summary>Takes names out of the subscription.</summary>
    public abstract Task UnsubscribeAsync(ResourceType type, params string[] names);

    /// <summary>Accepts an answer.</summary>
    public abstract Task AckAsync(Answer answer);

    /// <summary>Rejects an answer; the subscription may be edited in the same request.</summary>
    public abstract Task NackAsync(Answer answer, string error = "rejected by the test", params string[] alsoSubscribe);

    /// <summary>The next answer, whatever its type.</summary>
    public async Task<Answer> NextAsync()
    {
        if (_unread.TryDequeue(out var waiting))
        {
            return waiting;
        }

        var bytes = await Deadline.OfAsync(ReadAsync(), () => $"No answer came.\n{Transcript}");
        var answer = Answer.Parse(Variant, bytes);
        Note("<-", answer.ToString());
        return answer;
    }

    /// <summary>The next answer, which must be of that type.</summary>
    public async Task<Answer> NextAsync(ResourceType type)
    {
        var answer = await NextAsync();
        answer.TypeUrl.Should().Be(type.TypeUrl, "that is what the next answer must be about:\n{0}\n", Transcript);
        return answer;
    }

    /// <summary>The next answer, which must be of that type, and is ACKed.</summary>
    public async Task<Answer> AcceptAsync(ResourceType type)
    {
        var answer = await NextAsync(type);
        await AckAsync(answer);
        return answer;
    }

    /// <summary>
    /// ACKs answers of that type until all of these resources have come; they may come in one answer or in several, with nothing
    /// of another type between them.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, AnswerEntry>> AcceptAllAsync(ResourceType type, params string[] names)
    {
        var seen = new Dictionary<string, AnswerEntry>(StringComparer.Ordinal);
        while (!names.All(seen.ContainsKey))
        {
            foreach (var entry in (await AcceptAsync(type)).Entries)
            {
                seen[entry.Name] = entry;
            }
        }

        return seen;
    }

    /// <summary>ACKs all answers, whatever their types, until one fits; returns them, that one last.</summary>
    internal async Task<IReadOnlyList<Answer>> AcceptUntilAsync(Func<Answer, bool> isWanted)
    {
        var read = new List<Answer>();
        do
        {
            read.Add(await NextAsync());
            await AckAsync(read[^1]);
        }
        while (!isWanted(read[^1]));
        return read;
    }

    /// <summary>Answers that have arrived and were not asked for yet; they stay to be read.</summary>
    internal IReadOnlyList<Answer> Unread()
    {
        while (_call.Responses.TryRead(out var bytes))
        {
            var answer = Answer.Parse(Variant, bytes);
            Note("<-", answer.ToString());
            _unread.Enqueue(answer);
        }

        return [.. _unread];
    }

    /// <summary>Puts answers back, to be read first.</summary>
    internal void PutBack(IEnumerable<Answer> answers)
    {
        var later = _unread.ToList();
        _unread.Clear();
        foreach (var answer in answers.Concat(later))
        {
            _unread.Enqueue(answer);
        }
    }

    /// <summary>Ends the client's side; the server should end its own with OK.</summary>
    public void CompleteRequests() => _call.CompleteRequests();

    /// <summary>Aborts the stream.</summary>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _call.DisposeAsync();
    }

    /// <summary>The node, the first time; null afterwards.</summary>
    private protected Node? NodeOnce()
    {
        var node = _saidNode ? null : Node;
        _saidNode = true;
        return node;
    }

    private protected async Task SendAsync(IMessage request, string summary)
    {
        Note("->", summary);
        await _call.SendAsync(request.ToByteArray());
    }

    private protected static string Short(IReadOnlyCollection<string> names) =>
        names.Count <= 8 ? $"[{string.Join(' ', names)}]" : $"[{names.Count} names]";

    private async Task<byte[]> ReadAsync()
    {
        if (await _call.Responses.WaitToReadAsync() && _call.Responses.TryRead(out var bytes))
        {
            return bytes;
        }

        var status = await _call.Ended;
        throw new Xunit.Sdk.XunitException($"The stream ended ({status}) when an answer was due.\n{Transcript}");
    }

    private void Note(string direction, string what) => _transcript.Add(string.Create(CultureInfo.InvariantCulture, $"  {direction} {what}"));
}
