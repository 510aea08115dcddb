using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Random draws that are not functions of one element: permutations and samples from discrete distributions.</summary>
internal static unsafe class SamplingKernels
{
    /// <summary>aten::randperm by Fisher and Yates' shuffle (Durstenfeld, CACM 7, 1964); step i uses random number i.</summary>
    public static void Permutation(OpInvocation call)
    {
        TensorImpl result = call.Outputs[0];
        PhiloxState state = call.Attrs[2].AsPhilox;
        var order = new long[result.NumberOfElements];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = (int)(Bits(state, i) % (ulong)(i + 1));
            (order[i], order[other]) = (order[other], order[i]);
        }

        Write(order, result);
    }

    /// <summary>
    /// aten::multinomial. With replacement by searching the cumulated weights; without by an exponential race: the categories with the smallest
    /// <c>-log(1 - u) / weight</c>, in that order (Efraimidis and Spirakis, IPL 97, 2006). Draw i of the whole op uses random number i.
    /// </summary>
    public static void Multinomial(OpInvocation call)
    {
        TensorImpl weights = call.Input(0), result = call.Outputs[0];
        int samples = (int)call.Int(0), categories = (int)weights.Sizes[^1];
        bool replacement = call.Bool(1);
        PhiloxState state = call.Attrs[2].AsPhilox;
        var row = new double[categories];
        long* target = (long*)result.Pointer;
        long rows = weights.Rank == 1 ? 1 : weights.Sizes[0];
        for (long r = 0; r < rows; r++)
        {
            ReadRow(weights, r, row);
            Span<long> chosen = new(target + (r * samples), samples);
            if (replacement)
            {
                DrawWithReplacement(row, chosen, state, r * samples);
            }
            else
            {
                DrawWithoutReplacement(row, chosen, state, r * categories);
            }
        }
    }

    /// <summary>Checks that every row of weights is a distribution.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A weight is negative, infinite or NaN, or too few are positive.</exception>
    public static void CheckWeights(OpInvocation call)
    {
        using TensorImpl weights = WidenedKernel.Widen(call.Input(0));
        var row = new double[weights.Sizes[^1]];
        long rows = weights.Rank == 1 ? 1 : weights.Sizes[0];
        for (long r = 0; r < rows; r++)
        {
            ReadRow(weights, r, row);
            int positive = 0;
            foreach (double weight in row)
            {
                if (!double.IsFinite(weight) || weight < 0)
                {
                    throw ShapeErrors.Error("probability tensor contains either `inf`, `nan` or element < 0");
                }

                positive += weight > 0 ? 1 : 0;
            }

            if (positive == 0)
            {
                throw ShapeErrors.Error("invalid multinomial distribution (sum of probabilities <= 0)");
            }

            if (!call.Bool(1) && positive < call.Int(0))
            {
                throw ShapeErrors.Error("invalid multinomial distribution (with replacement=False, not enough non-negative category to sample)");
            }
        }
    }

    private static void DrawWithReplacement(double[] weights, Span<long> chosen, PhiloxState state, long first)
    {
        var cumulated = new double[weights.Length];
        double total = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            cumulated[i] = total += weights[i];
        }

        for (int i = 0; i < chosen.Length; i++)
        {
            double position = Uniform(state, first + i) * total;
            int low = 0, high = weights.Length - 1;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (cumulated[middle] > position)
                {
                    high = middle;
                }
                else
                {
                    low = middle + 1;
                }
            }

            chosen[i] = low;
        }
    }

    private static void DrawWithoutReplacement(double[] weights, Span<long> chosen, PhiloxState state, long first)
    {
        var times = new double[weights.Length];
        var order = new int[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            times[i] = weights[i] > 0 ? -Math.Log(1 - Uniform(state, first + i)) / weights[i] : double.PositiveInfinity;
            order[i] = i;
        }

        Array.Sort(order, (a, b) => times[a] != times[b] ? times[a].CompareTo(times[b]) : a.CompareTo(b));
        for (int i = 0; i < chosen.Length; i++)
        {
            chosen[i] = order[i];
        }
    }

    /// <summary>Number <paramref name="index"/> of the op's draws: 64 random bits.</summary>
    private static ulong Bits(PhiloxState state, long index) =>
        (uint)Philox4x32.Word(state.Seed, state.Offset, 0, index) | ((ulong)(uint)Philox4x32.Word(state.Seed, state.Offset, 1, index) << 32);

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    private static double Uniform(PhiloxState state, long index) => (Bits(state, index) >> 11) * (1.0 / 9007199254740992.0);

    private static void ReadRow(TensorImpl weights, long index, double[] row)
    {
        long start = weights.Rank == 1 ? 0 : index * weights.Layout.Strides[0], stride = weights.Layout.Strides[^1];
        for (int i = 0; i < row.Length; i++)
        {
            long element = start + (i * stride);
            row[i] = weights.DType == DType.Float64 ? ((double*)weights.Pointer)[element] : ((float*)weights.Pointer)[element];
        }
    }

    private static void Write(long[] values, TensorImpl result)
    {
        nint target = result.Pointer;
        for (int i = 0; i < values.Length; i++)
        {
            switch (result.DType)
            {
                case DType.Float64:
                    ((double*)target)[i] = values[i];
                    break;
                case DType.Float32:
                    ((float*)target)[i] = values[i];
                    break;
                case DType.Int64:
                    ((long*)target)[i] = values[i];
                    break;
                case DType.Int32:
                    ((int*)target)[i] = (int)values[i];
                    break;
                case DType.Int16:
                    ((short*)target)[i] = (short)values[i];
                    break;
                default:
                    ((byte*)target)[i] = (byte)values[i];
                    break;
            }
        }
    }
}
