using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Steps of optimizers over all parameters, and what is done to all gradients.</content>
internal static partial class OpInfos
{
    private static IEnumerable<OpInfo> Optimizers()
    {
        foreach (string name in new[] { "_fused_adam_", "_fused_adamw_" })
        {
            bool isDecoupled = name == "_fused_adamw_";
            yield return Update(name, 5, (s, value) => AdamStep(s, value, isDecoupled), static (dtype, sizes) => new[] { false, true }.Select(amsgrad => new Sample(
                [.. Lists(dtype, sizes, "-", "-", "-", "+"), .. amsgrad ? Lists(dtype, sizes, "+") : []],
                Number(3), Number(0.1), Number(0.9), Number(0.99), Number(amsgrad ? 0 : 0.1), Number(1e-3), Attr.Of(amsgrad), Attr.Of(amsgrad))
            {
                Lists = [sizes.Length, sizes.Length, sizes.Length, sizes.Length, amsgrad ? sizes.Length : 0],
            }));
        }

        yield return Update("_fused_sgd_", 3, SgdStep, static (dtype, sizes) => new[] { false, true }.Select(momentum => new Sample(
            [.. Lists(dtype, sizes, "-", "-"), .. momentum ? Lists(dtype, sizes, "-") : []],
            Number(0.1), Number(momentum ? 0.9 : 0), Number(0.5), Number(0), Attr.Of(momentum), Attr.Of(false), Attr.Of(false))
        {
            Lists = [sizes.Length, sizes.Length, momentum ? sizes.Length : 0],
        }));
        yield return Update("_fused_rmsprop_", 5, RmsPropStep, static (dtype, sizes) => new[] { false, true }.Select(momentum => new Sample(
            [.. Lists(dtype, sizes, "-", "-", "+"), .. momentum ? Lists(dtype, sizes, "-") : []],
            Number(0.1), Number(0.9), Number(1e-3), Number(0.1), Number(momentum ? 0.9 : 0), Attr.Of(false), Attr.Of(false))
        {
            Lists = [sizes.Length, sizes.Length, sizes.Length, momentum ? sizes.Length : 0, 0],
        }));
        yield return Update("_fused_adagrad_", 3, static (s, value) =>
        {
            double gradient = value[1] + (s.Number(3) * value[0]), sum = value[2] + (gradient * gradient);
            return [value[0] - (s.Number(1) / (1 + ((s.Number(0) - 1) * s.Number(2))) * gradient / (Math.Sqrt(sum) + s.Number(4))), sum];
        }, static (dtype, sizes) => [new Sample([.. Lists(dtype, sizes, "-", "-", "+")], Number(3), Number(0.1), Number(0.01), Number(0.1), Number(1e-3)) { Lists = [sizes.Length, sizes.Length, sizes.Length] }]);
        yield return Update("_foreach_mul_.Scalar", 1, static (s, value) => [value[0] * s.Number(0)], static (dtype, sizes) =>
            [new Sample([.. Lists(dtype, sizes, "-")], Number(0.7)) { Lists = [sizes.Length] }]);
        yield return new KernelInfo("_foreach_norm.stacked", static s =>
            [Nd.Make([s.Inputs.Length], i => s.Number(0) == 2 ? Math.Sqrt(s[(int)i[0]].Values.Sum(static x => x * x)) : s[(int)i[0]].Values.Sum(Math.Abs))], static dtype =>
            new[] { 1.0, 2.0 }.Select(order => new Sample([.. Lists(dtype, s_parameterSizes, "-")], Number(order)) { Lists = [s_parameterSizes.Length] }))
        {
            Tolerance = 40, Many = static dtype => new Sample([Draw.Of(dtype, [70_000]), Draw.Of(dtype, [3])], Number(2)) { Lists = [2] },
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Int64, [3])], Number(2)) { Lists = [1] }, "*not implemented for 'Long'")],
        };
    }

    private static readonly long[][] s_parameterSizes = [[3, 5], [37], [], [0, 2]];

    /// <summary>What a step makes of an element of a parameter and of its other tensors, in their order: the new values of those it writes.</summary>
    private delegate double[] UpdateRule(Sample sample, double[] values);

    private static KernelInfo Update(string name, int lists, UpdateRule rule, Func<DType, long[][], IEnumerable<Sample>> draws) =>
        new(name, sample => ApplyUpdate(sample, rule, OpRegistry.Find("aten::" + name)), dtype => draws(dtype, s_parameterSizes))
        {
            Tolerance = 30, AbsoluteTolerance = 30, Many = dtype => draws(dtype, [[70_001], [5, 7]]).First(),
            More = dtype => draws(dtype, [[1], [65_537], [3, 3333], [], [16_385], [2, 3, 5]]),
            Refusals = lists == 1 ? [] :
            [
                new Refusal(() => draws(DType.Float32, [[3], [2]]).First() is var s ? s with { Inputs = [Draw.Of(DType.Float32, [4]), .. s.Inputs[1..]] } : s, $"aten::{name}: grads*its parameter*"),
            ],
        };

    private static IEnumerable<TensorImpl> Lists(DType dtype, long[][] sizes, params string[] signs) =>
        signs.SelectMany(sign => sizes.Select(size => Draw.Of(dtype, size, sign == "+" ? 0.1 : -3)));

    private static Nd[] ApplyUpdate(Sample s, UpdateRule rule, OpDef op)
    {
        Nd[][] given = [.. s.Lists.Select((length, list) => (length, list)).Where(static entry => entry.length > 0).Select(entry => Array.ConvertAll(s.List(entry.list), Nd.Of))];
        int[] written = [.. op.Schema.MutatedInputs.Where(list => s.Lists[list] > 0)];
        Nd[][] results = [.. written.Select(_ => Array.ConvertAll(given[0], static parameter => Nd.Zeros(parameter.Sizes)))];
        for (int i = 0; i < given[0].Length; i++)
        {
            for (int e = 0; e < given[0][i].Values.Length; e++)
            {
                double[] values = rule(s, [.. given.Select(list => list[i].Values[e])]);
                for (int w = 0; w < written.Length; w++)
                {
                    results[w][i].Values[e] = values[w];
                }
            }
        }

        return [.. results.SelectMany(static list => list)];
    }

    private static double[] AdamStep(Sample s, double[] value, bool isDecoupled)
    {
        double step = s.Number(0), lr = s.Number(1), beta1 = s.Number(2), beta2 = s.Number(3), decay = s.Number(4);
        bool isAmsgrad = s.Bool(6);
        double gradient = (s.Bool(7) ? -value[1] : value[1]) + (isDecoupled ? 0 : decay * value[0]);
        double average = (beta1 * value[2]) + ((1 - beta1) * gradient), square = (beta2 * value[3]) + ((1 - beta2) * gradient * gradient);
        double greatest = isAmsgrad ? Math.Max(value[4], square) : square;
        double denominator = (Math.Sqrt(greatest) / Math.Sqrt(1 - Math.Pow(beta2, step))) + s.Number(5);
        double moved = (isDecoupled ? value[0] * (1 - (lr * decay)) : value[0]) - (lr / (1 - Math.Pow(beta1, step)) * average / denominator);
        return isAmsgrad ? [moved, average, square, greatest] : [moved, average, square];
    }

    private static double[] SgdStep(Sample s, double[] value)
    {
        double gradient = value[1] + (s.Number(0) * value[0]), momentum = s.Number(1), lr = s.Number(2);
        if (momentum == 0)
        {
            return [value[0] - (lr * gradient)];
        }

        double buffer = (momentum * value[2]) + gradient;
        return [value[0] - (lr * (s.Bool(4) ? gradient + (momentum * buffer) : buffer)), buffer];
    }

    private static double[] RmsPropStep(Sample s, double[] value)
    {
        double lr = s.Number(0), alpha = s.Number(1), momentum = s.Number(4), gradient = value[1] + (s.Number(3) * value[0]);
        double square = (alpha * value[2]) + ((1 - alpha) * gradient * gradient), change = gradient / (Math.Sqrt(square) + s.Number(2));
        if (momentum == 0)
        {
            return [value[0] - (lr * change), square];
        }

        double buffer = (momentum * value[3]) + change;
        return [value[0] - (lr * buffer), square, buffer];
    }
}
