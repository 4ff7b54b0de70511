using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;

namespace FastCore.Bench.Micro;

/// <summary>
/// The state machines alone: what one transfer, one payment and one hold of four seats cost when nothing else is done.
/// Beside each its least possible rival: a dictionary that knows the id, and the balances or seats, and nothing more:
/// no flags, no limits, no fees, no history, no timers.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class OperationBenchmarks : IDisposable
{
    private const int Batch = 2_048;
    private const int Accounts = 10_000;
    private const int Rows = 2_500;
    private const int RowSeats = 40;
    private const uint Currency = 978;

    private readonly Transfer[] _transfers = new Transfer[Batch];
    private readonly CreatePayment[] _payments = new CreatePayment[Batch];
    private readonly HoldSeats[] _holds = new HoldSeats[Batch];
    private readonly HoldChange[] _releases = new HoldChange[Batch];
    private readonly byte[] _transferBody = new byte[BookPrefix.Size + (Batch * Transfer.Size)];
    private readonly Dictionary<UInt128, ulong> _seen = [];
    private readonly Dictionary<(ulong Merchant, UInt128 Id), ulong> _paid = [];
    private readonly Dictionary<UInt128, (ulong Debits, ulong Credits)> _balances = [];
    private readonly Dictionary<uint, UInt128> _held = [];
    private MachineRig _rig = null!;
    private ulong _nextId = 1;

    [GlobalSetup]
    public void Setup()
    {
        _rig = new MachineRig();
        for (int first = 1; first <= Accounts; first += 1_000)
        {
            ulong[] numbers = [.. Enumerable.Range(first, 1_000).Select(number => (ulong)number)];
            Account[] accounts = [.. numbers.Select(number => new Account { Id = number, Ledger = 1, Code = 1 })];
            CreateMerchant[] merchants = [.. numbers.Select(number => new CreateMerchant
            {
                Merchant = number, Currency = Currency, FeePpm = 20_000, TaxPpm = 180_000, Prefund = 1UL << 50,
            })];
            Expect(_rig.Execute<Account, CreateAccountResult>(Operation.CreateAccounts, 1, accounts)[999].Status
                == CreateAccountStatus.Created);
            Expect(_rig.Execute<CreateMerchant, PaymentResult>(Operation.CreateMerchants, 0, merchants)[999].Code
                == PaymentStatus.Ok);
        }

        ChartBlock[] blocks = [.. Enumerable.Range(0, Rows).Select(i => new ChartBlock
        {
            Kind = ChartBlockKind.Row,
            Capacity = RowSeats,
            NumberStep = 1,
            Focus = RowSeats / 2,
            Rank = (ushort)i,
        })];
        _ = _rig.Execute<ChartBlock, SeatResult>(Operation.CreateChart, 1, blocks);
        _ = _rig.Execute<CreateShow, SeatResult>(Operation.CreateShow, 0, [new CreateShow { Show = 1, Chart = 1 }]);

        // What is measured must be what succeeds.
        Next();
        Expect(MemoryMarshal.Cast<byte, CreateTransferResult>(ExecuteTransfers())[Batch - 1].Status
            == CreateTransferStatus.Created);
        Expect(ExecutePayments()[Batch - 1].Code == PaymentStatus.Ok);
        Expect(ExecuteHolds()[Batch - 1].Code == SeatStatus.Ok);
        Release();
        Expect(TransferInDictionaries() == Batch && PaymentInDictionaries() == Batch && HoldInDictionary() == Batch);
    }

    /// <summary>New ids; seats that are free, one four beside the other.</summary>
    [IterationSetup]
    public void Next()
    {
        for (int i = 0; i < Batch; i++)
        {
            ulong id = _nextId++;
            _transfers[i] = new Transfer
            {
                Id = id,
                DebitAccountId = 1 + (id * 7_919 % Accounts),
                CreditAccountId = 1 + (((id * 7_919) + 1) % Accounts),
                Amount = 5,
                Ledger = 1,
                Code = 1,
            };
            _payments[i] = new CreatePayment
            {
                Id = id,
                Merchant = 1 + (id * 7_919 % Accounts),
                Amount = 5_000,
                Currency = Currency,
                Card = id,
            };
            _holds[i] = new HoldSeats { Id = id, Show = 1, Count = 4 };
            _releases[i] = new HoldChange { Show = 1, Hold = id };
            for (int seat = 0; seat < 4; seat++)
            {
                int at = (i * 4) + seat;
                _holds[i].Seats[seat] = SeatPlace.Of(at / RowSeats, at % RowSeats);
            }
        }

        MemoryMarshal.Write(_transferBody, new BookPrefix { Book = 1 });
        MemoryMarshal.AsBytes<Transfer>(_transfers).CopyTo(_transferBody.AsSpan(BookPrefix.Size));
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    [BenchmarkCategory("transfer")]
    public int TransferInDictionaries()
    {
        int moved = 0;
        foreach (ref readonly Transfer transfer in _transfers.AsSpan())
        {
            if (_seen.TryAdd(transfer.Id, (ulong)transfer.Amount))
            {
                Move(transfer.DebitAccountId, transfer.CreditAccountId, (ulong)transfer.Amount);
                moved++;
            }
        }

        return moved;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    [BenchmarkCategory("transfer")]
    public int TransferInMachine() => ExecuteTransfers().Length;

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    [BenchmarkCategory("payment")]
    public int PaymentInDictionaries()
    {
        int captured = 0;
        foreach (ref readonly CreatePayment payment in _payments.AsSpan())
        {
            // Clearing to payable, payable to fee: the accounts of a merchant, three numbers apart.
            UInt128 clearing = ((UInt128)payment.Merchant << 64) + 1;
            if (_paid.TryAdd((payment.Merchant, payment.Id), payment.Amount))
            {
                Move(clearing, clearing + 1, payment.Amount);
                Move(clearing + 1, clearing + 2, payment.Amount / 50);
                captured++;
            }
        }

        return captured;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    [BenchmarkCategory("payment")]
    public int PaymentInMachine() => ExecutePayments().Length;

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    [BenchmarkCategory("hold and release")]
    public int HoldInDictionary()
    {
        int held = 0;
        foreach (ref readonly HoldSeats hold in _holds.AsSpan())
        {
            bool isFree = true;
            for (int seat = 0; seat < hold.Count; seat++)
            {
                isFree &= !_held.ContainsKey(hold.Seats[seat]);
            }

            for (int seat = 0; isFree && seat < hold.Count; seat++)
            {
                _held[hold.Seats[seat]] = hold.Id;
            }

            held += isFree ? 1 : 0;
        }

        foreach (ref readonly HoldSeats hold in _holds.AsSpan())
        {
            for (int seat = 0; seat < hold.Count; seat++)
            {
                _held.Remove(hold.Seats[seat]);
            }
        }

        return held;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    [BenchmarkCategory("hold and release")]
    public int HoldInMachine()
    {
        int held = ExecuteHolds().Length;
        Release();
        return held;
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _rig.Dispose();
        GC.SuppressFinalize(this);
    }

    private ReadOnlySpan<byte> ExecuteTransfers() =>
        _rig.Execute(Operation.CreateTransfers, _transferBody, Batch);

    private ReadOnlySpan<PaymentResult> ExecutePayments() =>
        _rig.Execute<CreatePayment, PaymentResult>(Operation.CreatePayments, 0, _payments);

    private ReadOnlySpan<SeatResult> ExecuteHolds() =>
        _rig.Execute<HoldSeats, SeatResult>(Operation.HoldSeats, 0, _holds);

    private void Release() => _ = _rig.Execute<HoldChange, SeatResult>(Operation.ReleaseHold, 0, _releases);

    private void Move(UInt128 debit, UInt128 credit, ulong amount)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_balances, debit, out _).Debits += amount;
        CollectionsMarshal.GetValueRefOrAddDefault(_balances, credit, out _).Credits += amount;
    }

    private static void Expect(bool isRight)
    {
        if (!isRight)
        {
            throw new InvalidOperationException("The benchmark would measure something else.");
        }
    }
}
