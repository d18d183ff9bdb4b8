using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <content>What is to be sent next.</content>
internal sealed partial class Subscription
{
    /// <summary>All streams in step that want all of what changed take one shared step; that is the hot path.</summary>
    private Update? TakeShared(Snapshot target, IPushGate gate)
    {
        if (HasToAnswer || _open.Count > 0 || !gate.IsOpen(Type) || _basis!.HasSame(Type, target))
        {
            return null;
        }

        return _basis.ChangesTo(target, Type) is [{ Removed.IsEmpty: true } change] && _interest.CoversAll(change.Upserts) ? new Update(change) : null;
    }

    /// <summary>All streams that ask for one list of names at first get one shared answer.</summary>
    private Update? TakeListed(Snapshot target, IPushGate gate)
    {
        if (_answerList is not { Naming.Globs.IsEmpty: true } list || _answerAll || _answer.Count > 0 || _open.Count > 0 || _opensNamespaces || !gate.IsOpen(Type) || !_basis!.HasSame(Type, target))
        {
            return null;
        }

        // In delta a name without a resource is answered too.
        var content = list.ContentIn(target, Type);
        return content.IsComplete ? new Update(content) : null;
    }

    // In SotW what is absent from a full state is deleted, so the first one is whole or waits.
    private bool HasToWaitWhole(Snapshot target, IPushGate gate, TimeSpan now)
    {
        var (wasWaiting, wasOverdue) = (_waitsWholeFor is not null, _isWholeOverdue);
        (_waitsWholeFor, _isWholeOverdue) = (null, false);
        if (!IsSotw || !Type.IsFullState || !(_answerAll || _mustRespond) || gate.IsOpen(Type))
        {
            return false;
        }

        foreach (var resource in CoveredIn(target))
        {
            if (gate.WhatHolds(resource, MayHoldAnything, _askedAt) is not { } hold)
            {
                continue;
            }

            var isOverdue = now >= hold.Until;
            _record.Limits += isOverdue && wasWaiting && !wasOverdue ? 1 : 0;
            if (!isOverdue || !hold.Yields)
            {
                _record.Waits += wasWaiting ? 0 : 1;
                _waitsWholeFor = isOverdue ? hold.Reason + ", longer than the limit" : hold.Reason;
                _isWholeOverdue = isOverdue;
                CheckAt(hold.LookAgain ?? hold.Until, now);
                return true;
            }
        }

        return false;
    }

    private void CheckAt(TimeSpan moment, TimeSpan now)
    {
        if (moment > now && (NextCheck is not { } next || next <= now || moment < next))
        {
            NextCheck = moment;
        }
    }

    private Update? TakeOwn(Snapshot target, IPushGate gate, TimeSpan now)
    {
        var changes = _basis!.ChangesTo(target, Type);
        if (_answerAll && changes.Length == 0 && _open.Count == 0 && _interest.IsWildcard && gate.IsOpen(Type))
        {
            return new Update(target);
        }

        SpellOutAnswers();
        var draft = new Draft(this, target, gate, now);
        var touched = new HashSet<string>(_open.Keys, StringComparer.Ordinal);
        foreach (var name in touched)
        {
            draft.Decide(name, _open[name], isOwed: _answerAll || _answer.Contains(name));
        }

        foreach (var name in _answer)
        {
            if (touched.Add(name))
            {
                draft.Answer(name);
            }
        }

        if (_answerAll)
        {
            foreach (var resource in CoveredIn(target))
            {
                if (touched.Add(resource.Name))
                {
                    draft.Answer(resource.Name);
                }
            }
        }

        foreach (var change in changes)
        {
            draft.Follow(change, touched, mayHaveMoved: changes.Length > 1);
        }

        return draft.Finish();
    }
}
