using System.Runtime.InteropServices;
using FastCore.Fraud.Scoring;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Testing;

namespace FastCore.Fuzz.Tests;

/// <summary>
/// What the node itself is asked about scoring, with any content: the desk hides whatever is thrown there behind
/// partition_stopped, so nothing else may be answered than ok.
/// </summary>
public sealed class DeskRequestTests
{
    [Theory]
    [InlineData(Operation.UploadPolicyFile)]
    [InlineData(Operation.ActivatePolicy)]
    [InlineData(Operation.GetPolicies)]
    [InlineData(Operation.GetFraudMetrics)]
    [InlineData(Operation.ExplainDecision)]
    public async Task No_content_of_a_request_breaks_the_desk(Operation operation)
    {
        await using FastCoreNode node = FastCoreNode.Open(new NodeOptions
        {
            Durability = Durability.None,
            Partitions = 2,
            Clock = new ManualClock(),
            Fraud = new FraudOptions(),
        });
        await node.Fraud!.ActivateShippedAsync();
        await using IFastCoreSession session = node.OpenSession();
        OperationShape shape = OperationTable.Find(operation)!;
        SeededRandom random = new((ulong)operation);
        byte[] results = new byte[Limits.ReplyBodySizeMax];
        for (int i = 0; i < 300; i++)
        {
            int elements = Math.Min(random.Between(1, 4), shape.ElementsMax);
            byte[] body = new byte[shape.PrefixSize + (elements * shape.ElementSize)];
            if (shape.PrefixSize > 0)
            {
                MemoryMarshal.Write(body, new BookPrefix { Book = 1 + (ulong)random.Below(3) });
            }

            for (int changes = random.Below(6); changes > 0; changes--)
            {
                // Numbers at their places, mostly small, and now and then anything.
                int words = (body.Length - shape.PrefixSize) / sizeof(ulong);
                MemoryMarshal.Write(
                    body.AsSpan(shape.PrefixSize + (random.Below(words) * sizeof(ulong))),
                    random.OneIn(3) ? random.Next() : random.Skewed());
            }

            Reply reply = await session.SendAsync(operation, body, results);
            Assert.True(reply.Status == FrameStatus.Ok, $"{reply.Status}: {Convert.ToHexStringLower(body)}");
        }
    }
}
