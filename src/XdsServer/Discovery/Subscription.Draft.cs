using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <content>What goes into one response of a stream's own.</content>
internal sealed partial class Subscription
{
    /// <summary>Collects one response.</summary>
    private sealed class Draft(Subscription subscription, Snapshot target, IPushGate gate, TimeSpan now)
    {
        private readonly List<Resource> _upserts = [];
        private readonly List<Resource?> _replaced = [];
        private readonly List<string> _removed = [];
        private readonly List<string> _absent = [];
        private readonly List<Resource> _lost = [];
        private bool _hasLoss;

        public void Answer(string name)
        {
            if (Glob.Is(name))
            {
                AnswerGlob(name);
            }
            else if (subscription._interest.Covers(name) || target.Find(subscription.Type, name) is not null)
            {
                var isFromBefore = subscription.MayHoldAnything && target.Find(subscription.Type, name) is not null;
                Decide(name, new OpenItem { Since = subscription._askedAt, IsUncertain = isFromBefore }, isOwed: true);
            }
        }

        public void Follow(ResourceChange change, HashSet<string> touched, bool mayHaveMoved)
        {
            for (var i = 0; i < change.Upserts.Length; i++)
            {
                var resource = change.Upserts[i];
                if (subscription._interest.Covers(resource) && touched.Add(resource.Name))
                {
                    var held = change.Replaced[i] ?? (mayHaveMoved ? subscription._basis!.Find(resource.Type, resource.Name) : null);
                    Decide(resource.Name, new OpenItem { Held = held, Since = now }, isOwed: false);
                }
            }

            foreach (var resource in change.Removed)
            {
                if (subscription._interest.Covers(resource) && !(mayHaveMoved && target.Find(resource.Type, resource.Name) is not null) && touched.Add(resource.Name))
                {
                    Decide(resource.Name, new OpenItem { Held = resource, Since = now }, isOwed: false);
                }
            }
        }

        public void Decide(string name, OpenItem item, bool isOwed)
        {
            isOwed |= item.IsOwed;
            var wanted = target.Find(subscription.Type, name);
            if (wanted is null)
            {
                Remove(name, item, isOwed);
            }
            else if (isOwed || item.IsUncertain || item.Held?.Hash != wanted.Hash)
            {
                Send(name, wanted, item, isOwed);
            }
            else
            {
                subscription._open.Remove(name);
            }
        }

        public Update? Finish()
        {
            var hasToRespond = subscription._mustRespond || (subscription.IsSotw && subscription.HasToAnswer);
            var isWaiting = subscription._open.Values.Any(o => o is { IsOwed: true, WaitsFor: not null });
            OpenNamespaces();
            return _upserts.Count + _removed.Count + _absent.Count > 0 || _hasLoss || (hasToRespond && !isWaiting) ? new Update(_upserts, _replaced, _removed, _lost) { Absent = _absent } : null;
        }

        // Envoy serves no request before an answer is about each route configuration whose hosts come on demand: an absent host is one.
        private void OpenNamespaces()
        {
            if (subscription._opensNamespaces)
            {
                subscription._opensNamespaces = false;
                _absent.AddRange(target.Layers.SelectMany(l => l[ResourceType.Route].Sorted).Select(r => r.Name + "/"));
            }
        }

        private void AnswerGlob(string glob)
        {
            var isEmpty = true;
            foreach (var layer in target.Layers)
            {
                foreach (var resource in layer[subscription.Type].Sorted)
                {
                    if (Glob.Contains(glob, resource.Name))
                    {
                        isEmpty = false;
                        Decide(resource.Name, new OpenItem { Since = now }, isOwed: true);
                    }
                }
            }

            if (isEmpty && !subscription.IsSotw)
            {
                _removed.Add(glob);
            }
        }

        private void Send(string name, Resource wanted, OpenItem item, bool isOwed)
        {
            if (item.Rejected == wanted.Hash && !isOwed)
            {
                return;
            }

            if (gate.WhatHolds(wanted, item.MayBeHeld, item.Since) is { } hold && !IsOver(hold))
            {
                Keep(name, item, isOwed, hold);
                return;
            }

            subscription._open.Remove(name);
            if (wanted.Aliases.IsEmpty || !_upserts.Contains(wanted))
            {
                _upserts.Add(wanted);
                _replaced.Add(item.Held);
            }
        }

        private void Remove(string name, OpenItem item, bool isOwed)
        {
            if (item.Held is null && !item.IsUncertain)
            {
                subscription._open.Remove(name);
                if (isOwed && !subscription.IsSotw)
                {
                    (subscription.Type == ResourceType.VirtualHost ? _absent : _removed).Add(name);
                }
            }
            else if (gate.WhatNeeds(new ResourceName(subscription.Type, name), item.Since) is { } hold && !IsOver(hold))
            {
                Keep(name, item, isOwed: false, hold);
                if (isOwed && item.Held is not null)
                {
                    _upserts.Add(item.Held);
                    _replaced.Add(item.Held);
                }
            }
            else
            {
                subscription._open.Remove(name);
                _hasLoss |= subscription.IsSotw && subscription.Type.IsFullState;
                if (item.Held is not null)
                {
                    _lost.Add(item.Held);
                }

                if (!subscription.IsSotw)
                {
                    AddRemoved(name, item.Held);
                }
            }
        }

        private void AddRemoved(string name, Resource? held)
        {
            _removed.Add(name);
            foreach (var alias in held?.Aliases ?? [])
            {
                if (subscription._interest.Names.Contains(alias))
                {
                    _removed.Add(alias);
                }
            }
        }

        private bool IsOver(Hold hold)
        {
            var isOver = hold.Yields && now >= hold.Until;
            subscription._record.Limits += isOver ? 1 : 0;
            return isOver;
        }

        private void Keep(string name, OpenItem item, bool isOwed, Hold hold)
        {
            var isOverdue = now >= hold.Until;
            subscription._record.Waits += item.WaitsFor is null ? 1 : 0;
            subscription._record.Limits += isOverdue && !item.IsOverdue ? 1 : 0;
            subscription.CheckAt(hold.LookAgain ?? hold.Until, now);
            subscription._open[name] = new OpenItem
            {
                Held = item.Held,
                IsUncertain = item.IsUncertain,
                Rejected = item.Rejected,
                IsOwed = isOwed,
                Since = item.Since,
                WaitsFor = hold.Reason,
                IsOverdue = isOverdue,
            };
        }
    }
}
