using System.Text;
using FastCore.Fraud.Policies;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Fraud;

/// <summary>Proves a policy that a client names, stores it, and puts it in force.</summary>
/// <param name="fraud">The node's scoring.</param>
/// <param name="uploads">Files that clients sent.</param>
internal sealed class PolicyActivation(FraudControl fraud, PolicyUploads uploads)
{
    private readonly PolicyAssembly _assembly = new(fraud.Policies, uploads);

    /// <summary>Puts a policy in force.</summary>
    /// <param name="files">The policy, and the files it names unless the store has it.</param>
    /// <param name="principal">On whose behalf, for the journal.</param>
    /// <returns>The outcome, and the mistakes behind it.</returns>
    public async Task<PolicyAnswer[]> RunAsync(PolicyFile[] files, uint principal)
    {
        FraudStatus found = _assembly.TryGet(files, out FraudPolicy? policy, out IReadOnlyList<string> mistakes);
        PolicyAnswer outcome = new() { Code = found };
        if (policy is null)
        {
            return Answers(outcome, mistakes);
        }

        (FrameStatus status, FraudResult result) =
            await fraud.ActivateAsync(policy, principal).ConfigureAwait(false);
        if (status != FrameStatus.Ok)
        {
            throw new InvalidOperationException($"A partition did not take the policy: {status}.");
        }

        outcome.Code = result.Code;
        outcome.Timestamp = result.Timestamp;
        outcome.Flags = result.Flags;
        outcome.Version = policy.Version;
        policy.Hash.CopyTo(outcome.Hash);
        foreach (PolicyFile file in files)
        {
            uploads.Drop(file.Hash);
        }

        return [outcome];
    }

    private static PolicyAnswer[] Answers(PolicyAnswer outcome, IReadOnlyList<string> mistakes)
    {
        List<PolicyAnswer> answers = [outcome];
        for (int i = 0; i < mistakes.Count; i++)
        {
            byte[] text = Encoding.UTF8.GetBytes(mistakes[i]);
            for (int at = 0; at < text.Length && answers.Count < FraudLimits.PolicyAnswersMax;)
            {
                // Not within a character.
                int length = Math.Min(FraudLimits.PolicyTextBytesMax, text.Length - at);
                while (at + length < text.Length && (text[at + length] & 0xC0) == 0x80)
                {
                    length--;
                }

                PolicyAnswer answer = outcome with { Mistake = (uint)i + 1 };
                text.AsSpan(at, length).CopyTo(answer.Text);
                answers.Add(answer);
                at += length;
            }
        }

        return [.. answers];
    }
}
