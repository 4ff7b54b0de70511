using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Payments.Ledger;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Tests.Ledger;

/// <summary>A ledger with accounts, fed with prepared batches of transfers and nothing around it.</summary>
internal sealed class TransferBatches : IDisposable
{
    private readonly MemoryPartitionStorage _storage = new(0, keepJournal: false);
    private readonly EventClock _clock = new();
    private readonly byte[] _body;
    private readonly byte[] _reply;
    private readonly CommandHeader _header;
    private ulong _nextId = 1;

    public TransferBatches(int accounts, int batchSize)
    {
        Machine = new LedgerMachine(new PartitionContext(_storage, _clock, new EffectQueue()), new LedgerOptions());
        _body = new byte[BookPrefix.Size + (batchSize * Transfer.Size)];
        _reply = new byte[batchSize * CreateTransferResult.Size];
        BookPrefix prefix = new() { Book = 1 };
        MemoryMarshal.Write(_body, in prefix);
        _header = new CommandHeader { Operation = (ushort)Operation.CreateTransfers, Count = (uint)batchSize, Key = 1 };
        _clock.BeginBatch(1_000);
        for (int i = 0; i < accounts; i++)
        {
            Machine.Ledger.CreateAccount(1, new Account { Id = (UInt128)i + 1, Ledger = 1, Code = 1 }, out _);
        }
    }

    public LedgerMachine Machine { get; }

    /// <summary>The events of the next batch.</summary>
    public Span<Transfer> Events => MemoryMarshal.Cast<byte, Transfer>(_body.AsSpan(BookPrefix.Size));

    public ReadOnlySpan<CreateTransferResult> Results => MemoryMarshal.Cast<byte, CreateTransferResult>(_reply);

    /// <summary>Prepares plain transfers with new ids between accounts chosen by the caller.</summary>
    public void Prepare(Func<int, (int Debit, int Credit)> accounts)
    {
        Span<Transfer> events = Events;
        for (int i = 0; i < events.Length; i++)
        {
            (int debit, int credit) = accounts(i);
            events[i] = new Transfer
            {
                Id = _nextId++,
                DebitAccountId = (UInt128)debit,
                CreditAccountId = (UInt128)credit,
                Amount = 10,
                Ledger = 1,
                Code = 1,
            };
        }
    }

    /// <summary>Gives the prepared events new ids and executes them as one batch.</summary>
    public void ExecuteAgain()
    {
        foreach (ref Transfer transfer in Events)
        {
            transfer.Id = _nextId++;
        }

        Execute();
    }

    public void Execute()
    {
        _clock.BeginBatch(_clock.Last + 1_000);
        Machine.BeginBatch();
        Machine.Prefetch(_header, _body);
        Machine.CompletePrefetch();
        Machine.FireTimers();
        Machine.Execute(_header, _body, _reply);
    }

    public void Dispose()
    {
        Machine.Dispose();
        _storage.Dispose();
    }
}
