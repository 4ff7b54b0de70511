using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Bench.Soak;

/// <summary>Transactions of a few thousand cards, scored by the policy in force.</summary>
internal sealed class ScoreLane(int worker, ulong seed)
    : SoakLane<ScoreTransaction, ScoreResult>(worker, seed, Operation.ScoreTransactions)
{
    private const int Merchants = 16;
    private const int Cards = 5_000;

    /// <inheritdoc/>
    public override string Name => "scores";

    /// <inheritdoc/>
    public override Task OpenAsync(IFastCoreSession session) => Task.CompletedTask;

    /// <inheritdoc/>
    public override async Task<(FrameStatus Status, string? Wrong)> ReadAsync(
        IFastCoreSession session, ulong first, int count)
    {
        for (ulong index = first; index < first + (ulong)count; index++)
        {
            ScoreTransaction sent = Element(index);
            DecisionRecord[] found = new DecisionRecord[1];
            Reply reply = await session.LookupDecisionsAsync(sent.Merchant, new[] { sent.Id }, found);
            if (reply.Status != FrameStatus.Ok)
            {
                return (reply.Status, null);
            }

            if ((found[0].Id, found[0].Amount, found[0].Card) != (sent.Id, sent.Amount, sent.Card))
            {
                return (reply.Status, $"{Name} {index} of worker {IdHigh} is not kept as it was sent");
            }
        }

        return (FrameStatus.Ok, null);
    }

    /// <inheritdoc/>
    protected override ScoreTransaction Element(ulong index) => new()
    {
        Id = new UInt128(IdHigh, index + 1),
        Merchant = 500_000 + (Mix(index, 1) % Merchants),
        Card = 1 + (Mix(index, 2) % Cards),
        Terminal = 1 + (Mix(index, 3) % 500),
        Amount = 100 + (Mix(index, 4) % 50_000),
        UserData64 = Mix(index, 5),
    };

    /// <inheritdoc/>
    protected override Judgement Judge(in ScoreTransaction element, in ScoreResult result) => result.Code switch
    {
        FraudStatus.Ok when (result.ResultFlags & ScoreResultFlags.Duplicate) != 0 => Judgement.Repeated,
        FraudStatus.Ok => Judgement.Created,
        _ when IsRefusedShare((uint)result.Code) => Judgement.Later,
        _ => Judgement.Wrong,
    };

    /// <inheritdoc/>
    protected override string Describe(in ScoreResult result) => result.Code.ToString();
}
