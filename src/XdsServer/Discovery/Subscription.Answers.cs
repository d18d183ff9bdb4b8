using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <content>What the client's answers mean.</content>
internal sealed partial class Subscription
{
    // Naming one resource at a time, a client could reject a large response for as long as it has resources.
    private const int MostRetries = 3;

    private List<Update> Settle(ClientRequest request, long? nonce, TimeSpan now)
    {
        // In SotW an answer to a heartbeat covers the responses before it too.
        var at = IsSotw ? _inFlight.FindLastIndex(u => u.Nonce <= nonce) : _inFlight.FindIndex(u => u.Nonce == nonce);
        if (at < 0)
        {
            return [];
        }

        // A SotW client answers only the newest response, and with it all before; a delta client answers each.
        var answered = IsSotw ? _inFlight.GetRange(0, at + 1) : _inFlight.GetRange(at, 1);
        _inFlight.RemoveAll(answered.Contains);
        IsRejecting = request.Error is not null;
        _record.Answered(answered[^1], request.Error, now);
        _rejectedContent = [];
        _rejectionsInARow = IsRejecting ? _rejectionsInARow + 1 : 0;
        if (request.Error is not null)
        {
            Reject(answered, request.Error, now);
        }

        return answered;
    }

    private void Reject(List<Update> updates, string error, TimeSpan now)
    {
        // Of several responses the last holds the content; what the client accepted before any of them is in the first.
        var rejected = updates.SelectMany(ContentOf).GroupBy(c => c.Resource.Name, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => (g.Last().Resource, g.First().Replaced), StringComparer.Ordinal);
        var offenders = rejected.Values.Where(c => Mentions(error, c.Resource.Name)).Select(c => c.Resource).ToHashSet();
        if (offenders.Count == 0 && rejected.Count == 1)
        {
            offenders.Add(rejected.Values.Single().Resource);
        }

        _isHeldBack = offenders.Count == 0 || _rejectionsInARow > MostRetries;
        _rejectedContent = offenders.Count == 0 ? [.. rejected.Values.Select(c => c.Resource)] : [.. offenders];
        foreach (var (resource, replaced) in rejected.Values)
        {
            _open[resource.Name] = new OpenItem
            {
                Held = replaced,
                IsUncertain = true,
                Rejected = offenders.Contains(resource) ? resource.Hash : null,
                Since = now,
                WaitsFor = offenders.Contains(resource) || _isHeldBack ? "other content: the client rejected this" : null,
            };
        }
    }

    private IEnumerable<(Resource Resource, Resource? Replaced)> ContentOf(Update update)
    {
        if (update.Everything is not null)
        {
            return CoveredIn(update.Everything).Select(r => (r, (Resource?)null));
        }

        return Enumerable.Range(0, update.Upserts.Length).Select(i => (update.Upserts[i], update.Replaced[i])).ToList();
    }

    // A name counts only when it stands by itself: cluster "a" is not meant by every text with an a in it.
    private static bool Mentions(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if ((at == 0 || !IsPartOfName(text[at - 1])) && (end == text.Length || !IsPartOfName(text[end]) || IsEndOfSentence(text, end)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPartOfName(char c) => char.IsLetterOrDigit(c) || c is '-' or '_' or '/' or '.';

    private static bool IsEndOfSentence(string text, int at) => text[at] == '.' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1]));
}

/// <summary>What a request did.</summary>
/// <param name="IsStale">It answers an older response than the newest, and changed nothing (protocol duty 24).</param>
/// <param name="Answered">The responses that it accepts or rejects.</param>
/// <param name="IsRejection">It rejects them.</param>
internal readonly record struct Receipt(bool IsStale, IReadOnlyList<Update> Answered, bool IsRejection);
