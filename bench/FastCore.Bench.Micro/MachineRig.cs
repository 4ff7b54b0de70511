using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Seats;

namespace FastCore.Bench.Micro;

/// <summary>The domains of one partition over memory: commands are executed, and nothing is journaled.</summary>
internal sealed class MachineRig : IDisposable
{
    private readonly byte[] _reply = new byte[1 << 20];
    private readonly MemoryPartitionStorage _storage = new(0, keepJournal: false);
    private readonly PartitionContext _context;
    private readonly LedgerMachine _ledger;
    private readonly PaymentsMachine _payments;
    private readonly SeatsMachine _seats;
    private ulong _nowNs = 1;

    /// <summary>Makes empty domains.</summary>
    public MachineRig()
    {
        _context = new PartitionContext(_storage, new EventClock(), new EffectQueue());
        _ledger = new LedgerMachine(_context, new LedgerOptions { AccountsMax = 1 << 17 });
        _payments = new PaymentsMachine(_context, _ledger.Ledger, new PaymentsOptions());
        _seats = new SeatsMachine(_context, new SeatsOptions());
    }

    /// <summary>Executes a command as a batch of its own.</summary>
    /// <param name="operation">What it is.</param>
    /// <param name="book">Its book, when the operation has a prefix; else 0.</param>
    /// <param name="elements">Its elements.</param>
    /// <returns>Its results; valid until the next command.</returns>
    public ReadOnlySpan<TResult> Execute<TElement, TResult>(Operation operation, ulong book, TElement[] elements)
        where TElement : unmanaged
        where TResult : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes<TElement>(elements);
        if (book != 0)
        {
            bytes = (byte[])[.. MemoryMarshal.AsBytes([new BookPrefix { Book = book }]), .. bytes];
        }

        return MemoryMarshal.Cast<byte, TResult>(Execute(operation, bytes, elements.Length));
    }

    /// <summary>Executes a command whose body is there already.</summary>
    /// <returns>Bytes of its results; valid until the next command.</returns>
    public ReadOnlySpan<byte> Execute(Operation operation, ReadOnlySpan<byte> body, int count)
    {
        IStateMachine machine = (ushort)operation switch
        {
            < 200 => _ledger,
            < 300 => _payments,
            _ => _seats,
        };
        CommandHeader header = new() { Operation = (ushort)operation, Count = (uint)count };
        _context.Time.BeginBatch(_nowNs = Math.Max(_nowNs + 1, _context.Time.Last + 1));
        machine.BeginBatch();
        machine.FireTimers();
        return _reply.AsSpan(0, machine.Execute(in header, body, _reply));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _seats.Dispose();
        _payments.Dispose();
        _ledger.Dispose();
        _storage.Dispose();
    }
}
