namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Batches of sequences of several lengths.</summary>
            public static partial class rnn
            {
                /// <summary>Packs a padded batch for a recurrent layer.</summary>
                /// <param name="input">(T, N, *), or (N, T, *) if the batch comes first.</param>
                /// <param name="lengths">The length of each sequence, integers from 1 to T.</param>
                /// <param name="batch_first">Whether the batch comes first.</param>
                /// <param name="enforce_sorted">Whether the sequences must come by falling length; else they are sorted here.</param>
                /// <exception cref="ArgumentException">The lengths do not fit the input or are not sorted.</exception>
                public static PackedSequence pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first = false, bool enforce_sorted = true)
                {
                    using DisposeScope scope = NewDisposeScope();
                    Tensor padded = batch_first ? input.transpose(0, 1) : input;
                    long[] counts = lengths.to(ScalarType.Int64).contiguous().data<long>().ToArray();
                    (long steps, long batch) = (padded.shape[0], padded.shape[1]);
                    if (counts.Length != batch || batch == 0 || counts.Min() < 1 || counts.Max() > steps)
                    {
                        throw new ArgumentException(
                            $"pack_padded_sequence: expected a length from 1 to {steps} for each of {batch} sequences, got [{string.Join(", ", counts)}]", nameof(lengths));
                    }

                    int[] order = [.. Enumerable.Range(0, counts.Length).OrderByDescending(i => counts[i])];
                    bool isSorted = order.Select(static (from, to) => from == to).All(static same => same);
                    if (enforce_sorted && !isSorted)
                    {
                        throw new ArgumentException("pack_padded_sequence: the lengths must not rise along the batch; pass enforce_sorted: false to have it sorted", nameof(lengths));
                    }

                    var batchSizes = new long[counts.Max()];
                    var rows = new List<long>();
                    for (int step = 0; step < batchSizes.Length; step++)
                    {
                        for (; batchSizes[step] < batch && counts[order[batchSizes[step]]] > step; batchSizes[step]++)
                        {
                            rows.Add((step * batch) + order[batchSizes[step]]);
                        }
                    }

                    long[] back = new long[order.Length];
                    for (int to = 0; to < order.Length; to++)
                    {
                        back[order[to]] = to;
                    }

                    Tensor data = padded.reshape([steps * batch, .. padded.shape[2..]]).index_select(0, tensor([.. rows]));
                    return new PackedSequence(
                        data,
                        tensor(batchSizes),
                        enforce_sorted ? null : tensor(Array.ConvertAll(order, static position => (long)position)),
                        enforce_sorted ? null : tensor(back)).MoveToOuterDisposeScope();
                }

                /// <summary>Packs sequences (L, *) of several lengths L.</summary>
                /// <exception cref="ArgumentException">The sequences do not come by falling length although that is enforced.</exception>
                public static PackedSequence pack_sequence(IEnumerable<Tensor> sequences, bool enforce_sorted = true)
                {
                    Tensor[] all = [.. sequences];
                    using Tensor padded = pad_sequence(all), lengths = tensor(Array.ConvertAll(all, static sequence => sequence.shape[0]));
                    return pack_padded_sequence(padded, lengths, false, enforce_sorted);
                }

                /// <summary>The sequences as a padded batch in their first order, and their lengths.</summary>
                /// <param name="sequence">Packed sequences.</param>
                /// <param name="batch_first">Whether the result is (N, T, *) instead of (T, N, *).</param>
                /// <param name="padding_value">What the rest of shorter sequences is.</param>
                /// <param name="total_length">T; by default the greatest length.</param>
                /// <exception cref="ArgumentException">total_length is less than the greatest length.</exception>
                public static (Tensor, Tensor) pad_packed_sequence(PackedSequence sequence, bool batch_first = false, double padding_value = 0, long? total_length = null)
                {
                    using DisposeScope scope = NewDisposeScope();
                    long[] batchSizes = sequence.BatchSizes;
                    long steps = total_length ?? batchSizes.Length, batch = batchSizes[0], total = batchSizes.Sum();
                    if (steps < batchSizes.Length)
                    {
                        throw new ArgumentException(
                            $"pad_packed_sequence: the longest sequence has length {batchSizes.Length}, total_length is {total_length}", nameof(total_length));
                    }

                    long[] place = sequence.unsorted_indices?.data<long>().ToArray() ?? [.. Enumerable.Range(0, (int)batch).Select(static i => (long)i)];
                    var rows = new long[steps * batch];
                    var lengths = new long[batch];
                    Array.Fill(rows, total);
                    long first = 0;
                    for (int step = 0; step < batchSizes.Length; first += batchSizes[step++])
                    {
                        for (int i = 0; i < place.Length; i++)
                        {
                            if (place[i] < batchSizes[step])
                            {
                                rows[(step * batch) + i] = first + place[i];
                                lengths[i]++;
                            }
                        }
                    }

                    long[] sizes = sequence.data.shape[1..];
                    Tensor padding = full([1, .. sizes], padding_value, sequence.data.dtype);
                    Tensor padded = cat([sequence.data, padding]).index_select(0, tensor(rows)).view([steps, batch, .. sizes]);
                    return ((batch_first ? padded.transpose(0, 1) : padded).MoveToOuterDisposeScope(), tensor(lengths).MoveToOuterDisposeScope());
                }

                /// <summary>Sequences (L, *) of several lengths as a batch (T, N, *), or (N, T, *) if the batch comes first, T being the greatest length.</summary>
                /// <exception cref="ArgumentException">There is no sequence.</exception>
                public static Tensor pad_sequence(IEnumerable<Tensor> sequences, bool batch_first = false, double padding_value = 0)
                {
                    using DisposeScope scope = NewDisposeScope();
                    Tensor[] all = [.. sequences];
                    if (all.Length == 0)
                    {
                        throw new ArgumentException("pad_sequence: expected at least one sequence", nameof(sequences));
                    }

                    long longest = all.Max(static sequence => sequence.shape[0]);
                    Tensor[] padded = Array.ConvertAll(all, sequence =>
                    {
                        long[] pad = new long[2 * sequence.dim()];
                        pad[^1] = longest - sequence.shape[0];
                        return functional.pad(sequence, pad, PaddingModes.Constant, padding_value);
                    });
                    return stack(padded, batch_first ? 0 : 1).MoveToOuterDisposeScope();
                }
            }
        }
    }
}
