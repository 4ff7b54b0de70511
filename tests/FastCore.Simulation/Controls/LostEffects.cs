using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Testing;

namespace FastCore.Simulation.Controls;

/// <summary>After a crash now and then a call to a connector is taken for made, and nobody ever makes it.</summary>
public sealed class LostEffects(SeededRandom random) : Control
{
    private int _lives;

    internal override void BeforeOpen(FaultyDisk disk) => _lives++;

    private protected override IEffectSink Wrap(IEffectSink flow) => _lives > 1 ? new Sink(flow, random) : flow;

    private sealed class Sink(IEffectSink flow, SeededRandom random) : IEffectSink
    {
        public bool TryAccept(int partition, in Effect effect) =>
            random.OneIn(20) || flow.TryAccept(partition, in effect);
    }
}
