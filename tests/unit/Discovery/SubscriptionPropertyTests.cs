using FsCheck;
using FsCheck.Fluent;
using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>Random sequences of requests, answers and snapshots; each number of the input is one step.</summary>
public sealed class SubscriptionPropertyTests
{
    private static readonly string[] Universe = ["a", "b", "c", "d", "e"];

    public static TheoryData<string, string> Kinds => new()
    {
        { "Sotw", "cds" }, { "Sotw", "eds" }, { "Delta", "cds" }, { "Delta", "eds" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Client_ends_with_exactly_what_it_wants(string variant, string type) => Check(variant, type, run =>
    {
        run.ChangeAll();
        run.Client.Settle(run.Target).Should().BeTrue("server and client must come to rest");
        run.Client.Violations.Should().BeEmpty();
        var wanted = run.Target.Layers[0][run.Type].Sorted.Where(r => run.Client.Wants(r.Name)).ToList();
        var held = run.Client.Held.Values.OrderBy(r => r.Name, StringComparer.Ordinal);
        if (run.Client.Subscription.Type.IsFullState || variant == "Delta")
        {
            held.Should().Equal(wanted);
        }
        else
        {
            // In SotW the loss of such a resource has no form on the wire (protocol duty 58).
            wanted.Should().BeSubsetOf(held);
        }

        run.Client.Subscription.Open.Should().BeEmpty("a client in step costs no table");
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rejection_never_loops(string variant, string type) => Check(variant, type, run =>
    {
        var pushes = 0;
        for (var turn = 0; turn < 100; turn++)
        {
            pushes += run.Client.Push(run.Target) ? 1 : 0;
            run.Client.Receive(rejects: true);
        }

        pushes.Should().BeLessThanOrEqualTo(4, "what the client rejects is not sent again");
    });

    private static void Check(string variant, string type, Action<Run> verify) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), steps =>
        {
            var run = new Run(Enum.Parse<DiscoveryVariant>(variant), ResourceType.All.Single(t => t.ShortName == type));
            run.Play(steps);
            verify(run);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private sealed class Run(DiscoveryVariant variant, ResourceType type)
    {
        private readonly Dictionary<string, int> _world = new(StringComparer.Ordinal) { ["a"] = 0, ["b"] = 0 };
        private int _value;

        public ResourceType Type { get; } = type;

        public SimulatedClient Client { get; } = new(variant, type);

        public Snapshot Target { get; private set; } = Snapshot.Empty;

        public void Play(int[] steps)
        {
            Publish();
            Client.Start(steps is [var first, ..] && first % 2 == 0 ? [] : ["a"]);
            foreach (var step in steps)
            {
                var number = Math.Abs((long)step);
                Play((int)(number % 8), Universe[(number / 8) % Universe.Length], (int)((number / 8) % 4));
            }
        }

        public void ChangeAll()
        {
            foreach (var name in _world.Keys.ToList())
            {
                _world[name] = ++_value;
            }

            Publish();
        }

        private void Play(int action, string name, int choice)
        {
            switch (action)
            {
                case 0:
                    _ = _world.Remove(name) || _world.TryAdd(name, ++_value);
                    Publish();
                    break;
                case 1:
                    _world[name] = ++_value;
                    Publish();
                    break;
                case 2:
                    Client.Subscribe(name);
                    break;
                case 3:
                    Client.Unsubscribe(name);
                    break;
                case 4 when choice == 0:
                    Client.Subscribe("*");
                    break;
                case 5 when choice == 0:
                    Client.Unsubscribe("*");
                    break;
                case 6:
                    Client.Receive(rejects: choice == 0);
                    break;
                default:
                    Client.Push(Target);
                    break;
            }
        }

        private void Publish() => Target = World.Snapshot(
            Target, [.. _world.Select(w => Type == ResourceType.Cluster ? World.Cluster(w.Key, w.Value) : World.Endpoint(w.Key, w.Value))]);
    }
}
