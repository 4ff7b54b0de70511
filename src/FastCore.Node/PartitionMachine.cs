using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;

namespace FastCore.Node;

/// <summary>Composes the domains of one partition: each owns a range of operation numbers.</summary>
internal sealed class PartitionMachine : IStateMachine
{
    private readonly IStateMachine[] _domains;
    private readonly IStateMachine?[] _byOperation = new IStateMachine?[1024];
    private readonly CommandKind[] _kinds = new CommandKind[1024];

    public PartitionMachine(PartitionContext context, params IStateMachine[] domains)
    {
        _domains = domains;
        foreach (OperationShape shape in OperationTable.All)
        {
            foreach (IStateMachine domain in domains)
            {
                CommandKind kind = domain.KindOf((ushort)shape.Operation);
                if (kind != CommandKind.Unknown)
                {
                    _byOperation[(ushort)shape.Operation] = domain;
                    _kinds[(ushort)shape.Operation] = kind;
                }
            }
        }

        Parts = [context.Time, .. domains.SelectMany(domain => domain.Parts)];
    }

    public IReadOnlyList<IStatePart> Parts { get; }

    public ulong NextTimerNs
    {
        get
        {
            ulong next = ulong.MaxValue;
            foreach (IStateMachine domain in _domains)
            {
                next = Math.Min(next, domain.NextTimerNs);
            }

            return next;
        }
    }

    public ulong TimerLimitNs(ulong timeNs, int timersMax)
    {
        foreach (IStateMachine domain in _domains)
        {
            timeNs = domain.TimerLimitNs(timeNs, timersMax);
        }

        return timeNs;
    }

    public CommandKind KindOf(ushort operation) => operation < _kinds.Length ? _kinds[operation] : CommandKind.Unknown;

    public void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body) =>
        DomainOf(command.Operation).Prefetch(in command, body);

    public void CompletePrefetch()
    {
        foreach (IStateMachine domain in _domains)
        {
            domain.CompletePrefetch();
        }
    }

    public void BeginBatch()
    {
        foreach (IStateMachine domain in _domains)
        {
            domain.BeginBatch();
        }
    }

    public void FireTimers()
    {
        foreach (IStateMachine domain in _domains)
        {
            domain.FireTimers();
        }
    }

    public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply) =>
        DomainOf(command.Operation).Execute(in command, body, reply);

    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length) =>
        DomainOf(command.Operation).Read(in command, body, ref cursor, reply, out length);

    public uint AwaitMs(in CommandHeader command, ReadOnlySpan<byte> body) =>
        DomainOf(command.Operation).AwaitMs(in command, body);

    public void RebuildDerived()
    {
        foreach (IStateMachine domain in _domains)
        {
            domain.RebuildDerived();
        }
    }

    public void ResumeEffects()
    {
        foreach (IStateMachine domain in _domains)
        {
            domain.ResumeEffects();
        }
    }

    public string? CheckInvariants()
    {
        foreach (IStateMachine domain in _domains)
        {
            if (domain.CheckInvariants() is { } broken)
            {
                return broken;
            }
        }

        return null;
    }

    // A journaled command of an operation that this build does not know must stop the replay, never be skipped.
    private IStateMachine DomainOf(ushort operation) =>
        (operation < _byOperation.Length ? _byOperation[operation] : null)
        ?? throw new InvalidOperationException($"No domain executes operation {operation}.");
}
