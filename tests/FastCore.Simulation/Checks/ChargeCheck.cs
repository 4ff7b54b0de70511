using FastCore.Node.Connectors;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Runs;

namespace FastCore.Simulation.Checks;

/// <summary>
/// Once everything is settled: banks that tell the truth, if late, have charged what the states of payments say, over
/// all attempts, crashes and repetitions. Nobody is charged twice, and what was given up is given back.
/// </summary>
internal static class ChargeCheck
{
    /// <summary>Compares; returns how many payments.</summary>
    public static int Compare(IEnumerable<ExpectedCharge> expected, IReadOnlyList<SimulatedBank> banks)
    {
        int compared = 0;
        foreach (ExpectedCharge charge in expected)
        {
            long net = banks.Sum(bank => bank.ChargedNet(charge.Merchant, charge.PaymentId));
            if (net != charge.Net && net != charge.UnlessTold)
            {
                throw new SimulationException(
                    $"Payment {charge.PaymentId} of merchant {charge.Merchant} is charged {net} by the banks, and its "
                    + $"state says {charge.Net}.");
            }

            compared++;
        }

        return compared;
    }
}
