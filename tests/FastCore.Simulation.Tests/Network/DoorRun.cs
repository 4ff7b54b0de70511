using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Network;
using FastCore.Testing;
using Xunit;

namespace FastCore.Simulation.Tests.Network;

/// <summary>
/// Several clients over a bad network, drawing transfers from a few ids of two books, each transfer of 1 from account 1
/// to account 2, so that the balance counts the transfers that there really are.
/// </summary>
internal sealed class DoorRun : IDisposable
{
    private const int Ids = 60;

    private static readonly ulong[] Books = [1, 2];

    private readonly NetworkDoor[] _doors;
    private readonly List<SimulatedAnswer>[] _answers;

    public DoorRun(ulong seed, NetworkOptions network, bool retriesInside)
    {
        World = new NetworkWorld(seed, network);
        foreach (ulong book in Books)
        {
            World.Ask<CreateAccountResult>(Bodies.Accounts(book));
        }

        NetworkDoorOptions options = new() { RetriesInside = retriesInside, TimeoutMs = 5_000 };
        _doors = [World.OpenDoor(options), World.OpenDoor(options), World.OpenDoor(options)];
        _answers = [.. _doors.Select(_ => new List<SimulatedAnswer>())];
    }

    public NetworkWorld World { get; }

    public IEnumerable<SimulatedAnswer> Answers => _answers.SelectMany(answers => answers);

    /// <summary>Hash over all that happened and all that was answered.</summary>
    public ulong Trace { get; private set; }

    /// <summary>Submits requests by and by, and goes on until each is answered.</summary>
    public void Run(int requestsPerDoor, int frontsReplaced = 0)
    {
        int left = requestsPerDoor * _doors.Length;
        int replaceAt = frontsReplaced > 0 ? left / (frontsReplaced + 1) : 0;
        while (left > 0)
        {
            int burst = Math.Min(left, World.Random.Between(1, 10));
            for (int i = 0; i < burst; i++, left--)
            {
                _doors[left % _doors.Length].Submit(NextRequest(World.Random));
                if (replaceAt > 0 && left % replaceAt == 0)
                {
                    World.ReplaceFront();
                }
            }

            World.Pass(World.Random.Between(1, 500));
            TakeAnswers();
        }

        World.Until(
            () =>
            {
                TakeAnswers();
                return _doors.All(door => door.InFlight == 0);
            },
            3_600_000,
            "not every request is answered");
        Trace = (Trace * 31) + World.Network.Trace + World.Stepper.Trace;
    }

    /// <summary>Each request has one answer, and the node holds what was acknowledged, once.</summary>
    public void Check(int requestsPerDoor)
    {
        foreach (List<SimulatedAnswer> answers in _answers)
        {
            Assert.Equal(
                Enumerable.Range(1, requestsPerDoor).Select(ticket => (long)ticket),
                answers.Select(answer => answer.Ticket).Order());
        }

        foreach (ulong book in Books)
        {
            Transfer[] found = World.Ask<Transfer>(Bodies.Lookup(Operation.LookupTransfers, book, [.. AllIds]));
            Dictionary<UInt128, ulong> made =
                found.ToDictionary(transfer => transfer.Id, transfer => transfer.Timestamp);
            Account[] accounts = World.Ask<Account>(Bodies.Lookup(Operation.LookupAccounts, book, 1, 2));
            Assert.Equal((UInt128)made.Count, accounts[0].DebitsPosted);
            Assert.Equal((UInt128)made.Count, accounts[1].CreditsPosted);
            CheckAnswers(book, made);
        }
    }

    public void Dispose()
    {
        foreach (NetworkDoor door in _doors)
        {
            Task closed = door.DisposeAsync().AsTask();
            Assert.True(closed.IsCompletedSuccessfully);
        }

        World.Dispose();
    }

    private static IEnumerable<UInt128> AllIds => Enumerable.Range(1, Ids).Select(id => (UInt128)id);

    private static SimulatedRequest NextRequest(SeededRandom random)
    {
        ulong book = random.Pick(Books);
        UInt128[] ids = [.. Enumerable.Range(0, random.Between(1, 4)).Select(_ => (UInt128)random.Between(1, Ids))];
        return random.OneIn(4) ? Bodies.Lookup(Operation.LookupTransfers, book, ids) : Bodies.Transfers(book, ids);
    }

    private void TakeAnswers()
    {
        for (int door = 0; door < _doors.Length; door++)
        {
            while (_doors[door].TryTake(out SimulatedAnswer answer))
            {
                _answers[door].Add(answer);
                Trace = (Trace * 31) + (ulong)answer.Ticket + ((ulong)answer.Status << 32) + ((ulong)door << 48);
                foreach (byte value in answer.Body)
                {
                    Trace = (Trace * 31) + value;
                }
            }
        }
    }

    private void CheckAnswers(ulong book, Dictionary<UInt128, ulong> made)
    {
        Dictionary<UInt128, int> created = [];
        foreach (SimulatedAnswer answer in Answers.Where(answer =>
            answer.Request.Operation == Operation.CreateTransfers && answer.Status == FrameStatus.Ok
            && BitConverter.ToUInt64(answer.Request.Body) == book))
        {
            Transfer[] asked = Bodies.Read<Transfer>(answer.Request.Body[BookPrefix.Size..]);
            CreateTransferResult[] results = Bodies.Read<CreateTransferResult>(answer.Body);
            Assert.Equal(asked.Length, results.Length);
            for (int i = 0; i < asked.Length; i++)
            {
                // Acknowledged means there, with the timestamp that the answer gave; whoever made it, it was one.
                Assert.Contains(results[i].Status, (CreateTransferStatus[])
                    [CreateTransferStatus.Created, CreateTransferStatus.Exists]);
                Assert.Equal(made[asked[i].Id], results[i].Timestamp);
                created[asked[i].Id] = created.GetValueOrDefault(asked[i].Id)
                    + (results[i].Status == CreateTransferStatus.Created ? 1 : 0);
            }
        }

        Assert.All(created.Values, count => Assert.InRange(count, 0, 1));
    }
}
