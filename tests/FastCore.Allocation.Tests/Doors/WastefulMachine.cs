using FastCore.Engine.Ports;
using FastCore.Simulation.Controls;

namespace FastCore.Allocation.Tests.Doors;

/// <summary>A control: allocates one small object each so many elements, which a count must show.</summary>
internal sealed class WastefulMachine(IStateMachine inner, int every) : MachineTwin(inner)
{
    private long _elements;
    private object? _last;

    /// <summary>The last object, so that no compiler leaves it out.</summary>
    public object? Last => _last;

    public override int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
    {
        long before = _elements / every;
        _elements += command.Count;
        for (long i = before; i < _elements / every; i++)
        {
            _last = new object();
        }

        return base.Execute(in command, body, reply);
    }
}
