using System.Numerics;
using System.Runtime.CompilerServices;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Random draws that are not functions of one element: permutations and samples from discrete distributions.</summary>
internal static unsafe class SamplingKernels
{
    private const int DrawsPerTask = 4096, DrawsAtOnce = 256;

    /// <summary>So many samples are kept in order as they come; more are sorted.</summary>
    private const int FewSamples = 64;

    /// <summary>Less than one by more than a logarithm and two roundings can be off.</summary>
    private const double SafeShare = 0.999999;

    /// <summary>aten::randperm by Fisher and Yates' shuffle (Durstenfeld, CACM 7, 1964); step i uses random number i.</summary>
    public static void Permutation(OpInvocation call)
    {
        TensorImpl result = call.Outputs[0];
        PhiloxState state = call.Attrs[2].AsPhilox;
        int count = checked((int)result.NumberOfElements);
        using var others = new Scratch<int>(count);
        using var permutation = new Scratch<int>(count);
        int* other = others.Pointer, order = permutation.Pointer;
        WorkerPool.Shared.For(count, DrawsPerTask, (from, to) =>
        {
            ulong* bits = stackalloc ulong[DrawsAtOnce];
            for (long first = from; first < to; first += DrawsAtOnce)
            {
                int drawn = (int)Math.Min(DrawsAtOnce, to - first);
                Bits(state, first, drawn, bits);
                for (int i = 0; i < drawn; i++)
                {
                    other[first + i] = (int)(bits[i] % (ulong)(first + i + 1));
                    order[first + i] = (int)first + i;
                }
            }
        });
        for (int i = count - 1; i > 0; i--)
        {
            (order[i], order[other[i]]) = (order[other[i]], order[i]);
        }

        ElementTypes.ByNumber(call.Op.Name, result.DType, new WriteIntegers(order, result));
    }

    /// <summary>
    /// aten::multinomial. With replacement by searching the cumulated weights; without by an exponential race: the categories with the smallest
    /// <c>-log(1 - u) / weight</c>, in that order (Efraimidis and Spirakis, IPL 97, 2006). Draw i of the whole op uses random number i.
    /// </summary>
    public static void Multinomial(OpInvocation call)
    {
        TensorImpl weights = call.Input(0);
        long samples = call.Int(0), categories = weights.Sizes[^1], rows = weights.Rank == 1 ? 1 : weights.Sizes[0];
        PhiloxState state = call.Attrs[2].AsPhilox;
        long* target = (long*)call.Outputs[0].Pointer;
        if (call.Bool(1))
        {
            DrawWithReplacement(weights, rows, categories, samples, state, target);
            return;
        }

        WorkerPool.Shared.For(rows, Math.Max(1, DrawsPerTask / Math.Max(categories, 1)), (from, to) =>
        {
            using var row = new Scratch<double>(categories);
            for (long r = from; r < to; r++)
            {
                ReadRow(weights, r, row.Pointer, categories);
                if (samples <= FewSamples)
                {
                    DrawFew(row.Pointer, (int)categories, target + (r * samples), (int)samples, state, r * categories);
                }
                else
                {
                    DrawMany(row.Pointer, (int)categories, target + (r * samples), (int)samples, state, r * categories);
                }
            }
        });
    }

    /// <summary>Checks that every row of weights is a distribution.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A weight is negative, infinite or NaN, or too few are positive.</exception>
    public static void CheckWeights(OpInvocation call)
    {
        using TensorImpl weights = WidenedKernel.Widen(call.Input(0));
        long categories = weights.Sizes[^1], rows = weights.Rank == 1 ? 1 : weights.Sizes[0];
        long needed = call.Bool(1) ? 1 : Math.Max(call.Int(0), 1), refused = long.MaxValue;
        WorkerPool.Shared.For(rows, Math.Max(1, DrawsPerTask / Math.Max(categories, 1)), (from, to) =>
        {
            using var row = new Scratch<double>(categories);
            for (long r = from; r < to; r++)
            {
                ReadRow(weights, r, row.Pointer, categories);
                if (CountPositive(row.Pointer, categories) < needed)
                {
                    // The first of them is spoken of, whichever thread comes to it when.
                    for (long known = Volatile.Read(ref refused); r < known; known = Volatile.Read(ref refused))
                    {
                        Interlocked.CompareExchange(ref refused, r, known);
                    }

                    return;
                }
            }
        });
        if (refused < long.MaxValue)
        {
            using var row = new Scratch<double>(categories);
            ReadRow(weights, refused, row.Pointer, categories);
            throw CountPositive(row.Pointer, categories) switch
            {
                < 0 => ShapeErrors.Error("probability tensor contains either `inf`, `nan` or element < 0"),
                0 => ShapeErrors.Error("invalid multinomial distribution (sum of probabilities <= 0)"),
                _ => ShapeErrors.Error("invalid multinomial distribution (with replacement=False, not enough non-negative category to sample)"),
            };
        }
    }

    /// <summary>How many weights are positive; -1 if one of them is no weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long CountPositive(double* row, long count)
    {
        long positive = 0;
        for (long i = 0; i < count; i++)
        {
            if (!double.IsFinite(row[i]) || row[i] < 0)
            {
                return -1;
            }

            positive += row[i] > 0 ? 1 : 0;
        }

        return positive;
    }

    private static void DrawWithReplacement(TensorImpl weights, long rows, long categories, long samples, PhiloxState state, long* target)
    {
        using var sums = new Scratch<double>(rows * categories);
        double* cumulated = sums.Pointer;
        WorkerPool.Shared.For(rows, Math.Max(1, DrawsPerTask / Math.Max(categories, 1)), (from, to) =>
        {
            for (long r = from; r < to; r++)
            {
                double* row = cumulated + (r * categories);
                ReadRow(weights, r, row, categories);
                double total = 0;
                for (long i = 0; i < categories; i++)
                {
                    row[i] = total += row[i];
                }
            }
        });
        WorkerPool.Shared.For(rows * samples, DrawsPerTask, (from, to) =>
        {
            ulong* bits = stackalloc ulong[DrawsAtOnce];
            for (long first = from; first < to; first += DrawsAtOnce)
            {
                int drawn = (int)Math.Min(DrawsAtOnce, to - first);
                Bits(state, first, drawn, bits);
                for (int i = 0; i < drawn; i++)
                {
                    double* row = cumulated + ((first + i) / samples * categories);
                    target[first + i] = FirstAbove(row, categories, Uniform(bits[i]) * row[categories - 1]);
                }
            }
        });
    }

    /// <summary>The first of ascending sums above a position, or the last of all.</summary>
    private static long FirstAbove(double* sums, long count, double position)
    {
        long low = 0, high = count - 1;
        while (low < high)
        {
            long middle = (low + high) / 2;
            (low, high) = sums[middle] > position ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>
    /// Keeps the smallest times so far in order. Since -log(1 - u) is no less than u, most categories are known to be too late without the logarithm.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DrawFew(double* weights, int count, long* chosen, int samples, PhiloxState state, long first)
    {
        ulong* bits = stackalloc ulong[DrawsAtOnce];
        double* best = stackalloc double[FewSamples];
        int kept = 0;
        double latest = double.PositiveInfinity;
        for (int done = 0; done < count; done += DrawsAtOnce)
        {
            int drawn = Math.Min(DrawsAtOnce, count - done);
            Bits(state, first + done, drawn, bits);
            for (int i = 0; i < drawn; i++)
            {
                double weight = weights[done + i], uniform = Uniform(bits[i]);
                if (kept == samples && uniform * SafeShare > latest * weight)
                {
                    continue;
                }

                double time = Time(uniform, weight);
                if (kept == samples && !(time < latest))
                {
                    continue;
                }

                int place = kept < samples ? kept++ : samples - 1;
                for (; place > 0 && best[place - 1] > time; place--)
                {
                    best[place] = best[place - 1];
                    chosen[place] = chosen[place - 1];
                }

                best[place] = time;
                chosen[place] = done + i;
                latest = best[kept - 1];
            }
        }
    }

    private static void DrawMany(double* weights, int count, long* chosen, int samples, PhiloxState state, long first)
    {
        using var entries = new Scratch<WideEntry>(count);
        using var spare = new Scratch<WideEntry>(count);
        ulong* bits = stackalloc ulong[DrawsAtOnce];
        ulong varying = 0;
        for (int done = 0; done < count; done += DrawsAtOnce)
        {
            int drawn = Math.Min(DrawsAtOnce, count - done);
            Bits(state, first + done, drawn, bits);
            for (int i = 0; i < drawn; i++)
            {
                ulong key = SortKeys.Of(Time(Uniform(bits[i]), weights[done + i]));
                entries.Pointer[done + i] = WideEntry.Create(key, done + i);
                varying |= key ^ entries.Pointer[0].Key;
            }
        }

        WideEntry* sorted = RadixSort.Sort(entries.Pointer, spare.Pointer, count, varying);
        for (int i = 0; i < samples; i++)
        {
            chosen[i] = sorted[i].Index;
        }
    }

    /// <summary>When a category's turn comes in the race.</summary>
    private static double Time(double uniform, double weight) => weight > 0 ? -Math.Log(1 - uniform) / weight : double.PositiveInfinity;

    /// <summary>The op's draws from number <paramref name="first"/> on, 64 random bits each.</summary>
    private static void Bits(PhiloxState state, long first, int count, ulong* bits)
    {
        int* low = stackalloc int[DrawsAtOnce], high = stackalloc int[DrawsAtOnce];
        PhiloxFill.Words(state.Seed, state.Offset, 0, RandomWord.Own, first, count, low);
        PhiloxFill.Words(state.Seed, state.Offset, 1, RandomWord.Own, first, count, high);
        for (int i = 0; i < count; i++)
        {
            bits[i] = (uint)low[i] | ((ulong)(uint)high[i] << 32);
        }
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    private static double Uniform(ulong bits) => (bits >> 11) * (1.0 / 9007199254740992.0);

    private static void ReadRow(TensorImpl weights, long index, double* row, long count)
    {
        long start = weights.Rank == 1 ? 0 : index * weights.Layout.Strides[0], stride = weights.Layout.Strides[^1];
        if (weights.DType == DType.Float64)
        {
            ReadRow((double*)weights.Pointer + start, stride, row, count);
        }
        else
        {
            ReadRow((float*)weights.Pointer + start, stride, row, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadRow<T>(T* from, long stride, double* row, long count)
        where T : unmanaged, INumber<T>
    {
        for (long i = 0; i < count; i++)
        {
            row[i] = double.CreateTruncating(from[i * stride]);
        }
    }

    private readonly struct WriteIntegers(int* from, TensorImpl result) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            T* to = (T*)result.Pointer;
            for (long i = 0; i < result.NumberOfElements; i++)
            {
                to[i] = T.CreateTruncating(from[i]);
            }
        }
    }
}
