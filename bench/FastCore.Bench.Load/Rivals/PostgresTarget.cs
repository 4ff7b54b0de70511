using FastCore.Protocol;
using Npgsql;

namespace FastCore.Bench.Load.Rivals;

/// <summary>The payments workload in PostgreSQL.</summary>
internal sealed class PostgresTarget : ILoadTarget
{
    private readonly PostgresServer _server;
    private readonly bool _isBatched;
    private readonly List<PostgresDoor> _doors = [];

    private PostgresTarget(PostgresServer server, bool isBatched)
    {
        _server = server;
        _isBatched = isBatched;
        Session = new RivalSession(new PostgresBooks(server.Source));
    }

    /// <inheritdoc/>
    public IFastCoreSession Session { get; }

    /// <summary>Starts the server and makes the tables.</summary>
    /// <param name="options">The run. The front <c>postgres-batch</c> makes a request one transaction.</param>
    /// <param name="directory">Where its files go.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public static async Task<PostgresTarget> OpenAsync(
        LoadOptions options, string directory, CancellationToken cancellation)
    {
        if (options.Workload != "payments" || options.FraudPolicy is not null)
        {
            throw new LoadException("PostgreSQL knows payments only, without a fraud policy.");
        }

        PostgresServer server = await PostgresServer.StartAsync(options.Durability, directory, cancellation);
        try
        {
            await using NpgsqlCommand schema = server.Source.CreateCommand(PostgresSchema.Text);
            _ = await schema.ExecuteNonQueryAsync(cancellation);
            return new PostgresTarget(server, options.Front == "postgres-batch");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ILoadDoor> OpenDoorAsync(LoadOptions options, CancellationToken cancellation)
    {
        NpgsqlConnection connection = await _server.Source.OpenConnectionAsync(cancellation);
        PostgresDoor door = new(connection, _isBatched, options.InFlight);
        _doors.Add(door);
        return door;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (PostgresDoor door in _doors)
        {
            await door.DisposeAsync();
        }

        await _server.DisposeAsync();
    }
}
