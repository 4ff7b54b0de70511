using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using Npgsql;

namespace FastCore.Bench.Load.Rivals;

/// <summary>
/// One connection to PostgreSQL. Its requests are worked off one after the other by a task; the sender's thread leaves
/// requests and takes answers.
/// </summary>
internal sealed class PostgresDoor : ILoadDoor, IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly bool _isBatched;
    private readonly Channel<(int Slot, LoadRequest Request)> _requests;
    private readonly ConcurrentQueue<(int Slot, byte[] Results)> _answers = new();
    private readonly Task _work;
    private AutoResetEvent? _wake;

    /// <summary>Makes the door.</summary>
    /// <param name="connection">A connection that is open, the door's own.</param>
    /// <param name="isBatched">A request is one transaction; otherwise each of its payments is one.</param>
    /// <param name="inFlight">Requests in flight at most.</param>
    public PostgresDoor(NpgsqlConnection connection, bool isBatched, int inFlight)
    {
        _connection = connection;
        _isBatched = isBatched;
        _requests = Channel.CreateBounded<(int, LoadRequest)>(inFlight);
        _work = Task.Run(WorkAsync);
    }

    /// <inheritdoc/>
    public FrameStatus TrySubmit(int slot, LoadRequest request) =>
        _requests.Writer.TryWrite((slot, request)) ? FrameStatus.Ok : FrameStatus.TooManyInFlight;

    /// <inheritdoc/>
    public int Drain(ILoadReplies replies)
    {
        if (_work.IsFaulted)
        {
            _work.GetAwaiter().GetResult();
        }

        int drained = 0;
        while (_answers.TryDequeue(out (int Slot, byte[] Results) answer))
        {
            replies.OnReply(answer.Slot, FrameStatus.Ok, answer.Results);
            drained++;
        }

        return drained;
    }

    /// <inheritdoc/>
    public bool TryArm(AutoResetEvent wake)
    {
        // Armed before looking: an answer that comes behind the look sees the event.
        Volatile.Write(ref _wake, wake);
        Interlocked.MemoryBarrier();
        return _answers.IsEmpty && !_work.IsFaulted;
    }

    /// <inheritdoc/>
    public void Disarm() => Volatile.Write(ref _wake, null);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ = _requests.Writer.TryComplete();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _connection.DisposeAsync();
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach ((int slot, LoadRequest request) in _requests.Reader.ReadAllAsync())
            {
                byte[] results = new byte[request.Kinds.Length * PaymentResult.Size];
                await (_isBatched ? PayBatchAsync(request, results) : PayEachAsync(request, results));
                _answers.Enqueue((slot, results));
                Wake();
            }
        }
        finally
        {
            Wake();
        }
    }

    private void Wake()
    {
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _wake)?.Set();
    }

    private async Task PayEachAsync(LoadRequest request, byte[] results)
    {
        await using NpgsqlCommand command = new("SELECT * FROM pay($1, $2, $3, $4)", _connection);
        NpgsqlParameter<long> merchant = new();
        NpgsqlParameter<Guid> id = new();
        NpgsqlParameter<long> amount = new();
        NpgsqlParameter<long> card = new();
        command.Parameters.AddRange((NpgsqlParameter[])[merchant, id, amount, card]);
        for (int i = 0; i < request.Kinds.Length; i++)
        {
            CreatePayment payment = PaymentAt(request, i);
            merchant.TypedValue = (long)payment.Merchant;
            id.TypedValue = PostgresBooks.GuidOf(payment.Id);
            amount.TypedValue = (long)payment.Amount;
            card.TypedValue = (long)payment.Card;
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
            await TakeAsync(reader, results, i);
        }
    }

    private async Task PayBatchAsync(LoadRequest request, byte[] results)
    {
        CreatePayment[] payments = MemoryMarshal.Cast<byte, CreatePayment>(request.Body.AsSpan()).ToArray();
        await using NpgsqlCommand command = new("SELECT * FROM pay_batch($1, $2, $3, $4)", _connection);
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            new NpgsqlParameter<long[]> { TypedValue = [.. payments.Select(payment => (long)payment.Merchant)] },
            new NpgsqlParameter<Guid[]> { TypedValue = [.. payments.Select(one => PostgresBooks.GuidOf(one.Id))] },
            new NpgsqlParameter<long[]> { TypedValue = [.. payments.Select(payment => (long)payment.Amount)] },
            new NpgsqlParameter<long[]> { TypedValue = [.. payments.Select(payment => (long)payment.Card)] },
        ]);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        for (int i = 0; i < payments.Length; i++)
        {
            await TakeAsync(reader, results, i);
        }
    }

    private static async Task TakeAsync(NpgsqlDataReader reader, byte[] results, int index)
    {
        if (!await reader.ReadAsync())
        {
            throw new LoadException("PostgreSQL gave fewer answers than it was asked for.");
        }

        short outcome = reader.GetInt16(0);
        PaymentResult result = new()
        {
            Code = outcome switch
            {
                0 => PaymentStatus.Ok,
                1 => PaymentStatus.Declined,
                _ => PaymentStatus.ExistsWithDifferentAmount,
            },
            DeclineCode = outcome == 1 ? DeclineCode.InsufficientPrefund : DeclineCode.None,
            Fee = (ulong)reader.GetInt64(1),
            Tax = (ulong)reader.GetInt64(2),
            Flags = reader.GetBoolean(3) ? PaymentResultFlags.Duplicate : PaymentResultFlags.None,
        };
        MemoryMarshal.Write(results.AsSpan(index * PaymentResult.Size), result);
    }

    private static CreatePayment PaymentAt(LoadRequest request, int index) =>
        MemoryMarshal.Cast<byte, CreatePayment>(request.Body.AsSpan())[index];
}
