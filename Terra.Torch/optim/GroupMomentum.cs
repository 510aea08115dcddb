using static TorchSharp.torch.optim;

namespace TorchSharp;

/// <summary>The momentum of parameter groups, whichever way they have it, as cyclic schedulers change it.</summary>
internal static class GroupMomentum
{
    /// <exception cref="ArgumentException">A group has neither a momentum nor betas.</exception>
    public static void Require(IEnumerable<ILearningRateController> groups, string scheduler)
    {
        if (!groups.All(static group => group is IMomentum or IBetas))
        {
            throw new ArgumentException($"{scheduler}: optimizer must support momentum or beta1 with cycle_momentum option enabled; switch it off");
        }
    }

    /// <summary>Sets the momentum, or the first of two betas, of each group.</summary>
    public static void Set(IEnumerable<ILearningRateController> groups, Func<int, double> momentum)
    {
        int index = 0;
        foreach (ILearningRateController group in groups)
        {
            double value = momentum(index++);
            if (group is IBetas betas)
            {
                betas.Betas = (value, betas.Betas.Item2);
            }
            else if (group is IMomentum owner)
            {
                owner.Momentum = value;
            }
        }
    }

    /// <summary>One number per group, from as many or from one for all.</summary>
    /// <exception cref="ArgumentException">There are neither.</exception>
    public static double[] PerGroup(Optimizer optimizer, IEnumerable<double> numbers)
    {
        double[] all = [.. numbers];
        int groups = optimizer.ParamGroups.Count();
        return all.Length == groups ? all
            : all.Length == 1 ? [.. Enumerable.Repeat(all[0], groups)]
            : throw new ArgumentException($"expected one number per parameter group ({groups}), but got {all.Length}", nameof(numbers));
    }
}
