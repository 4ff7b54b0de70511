using FastCore.Protocol;
using FastCore.Testing;
using FastCore.Torture;

namespace FastCore.Bench.Soak;

/// <summary>
/// The check at the end: every acknowledged element is sent once more, as it was, and has to be there. The server
/// compares the content with what it kept, so an element that was changed is refused, and a lost one is new.
/// </summary>
internal static class SoakCheck
{
    private const int Batch = 1_024;

    /// <summary>Checks a lane.</summary>
    public static async Task RunAsync(
        SoakLane lane, IFastCoreSession session, SoakReport report, CancellationToken cancellation)
    {
        for (ulong first = 0; first < lane.Acknowledged;)
        {
            int count = (int)Math.Min(Batch, lane.Acknowledged - first);
            LaneAnswer answer = await lane.SendAsync(session, first, count);
            cancellation.ThrowIfCancellationRequested();
            if (answer.Created != 0)
            {
                report.Find($"{answer.Created} of {count} {lane.Name} from {first} on were lost.");
            }

            if (answer.Wrong is string wrong)
            {
                report.Find($"Checked at the end: {wrong}.");
            }

            if (answer.Status is not (FrameStatus.Ok or FrameStatus.Overloaded or FrameStatus.DeadlineExceeded))
            {
                report.Find($"{lane.Name} from {first} on cannot be checked: {answer.Status}.");
                return;
            }

            if (!answer.IsWhole)
            {
                await RetryPause.AfterAsync(answer.Reply);
                continue;
            }

            report.CountVerified(count);
            first += (ulong)count;
        }

        if (await lane.CheckBooksAsync(session) is string broken)
        {
            report.Find(broken);
        }
    }
}
