namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            public static partial class rnn
            {
                /// <summary>
                /// A batch of sequences of several lengths without padding: the rows of all sequences' first steps, then of the second steps of those that have
                /// one, and so on; the longest sequences come first.
                /// </summary>
                public sealed class PackedSequence : IDisposable
                {
                    /// <summary>The rows, (sum of the lengths, *).</summary>
                    public readonly Tensor data;

                    /// <summary>For each step, how many sequences have it; int64.</summary>
                    public readonly Tensor batch_sizes;

                    /// <summary>Where in the batch each sequence was before sorting; null if the batch was sorted.</summary>
                    public readonly Tensor? sorted_indices;

                    /// <summary>Where each sequence of the batch is after sorting; null if the batch was sorted.</summary>
                    public readonly Tensor? unsorted_indices;

                    internal PackedSequence(Tensor data, Tensor batchSizes, Tensor? sortedIndices, Tensor? unsortedIndices) =>
                        (this.data, batch_sizes, sorted_indices, unsorted_indices) = (data, batchSizes, sortedIndices, unsortedIndices);

                    internal long[] BatchSizes => batch_sizes.data<long>().ToArray();

                    /// <summary>Other rows for the same sequences; shares the rest.</summary>
                    internal PackedSequence With(Tensor rows) => new(rows, batch_sizes.SameTensor(), sorted_indices?.SameTensor(), unsorted_indices?.SameTensor());

                    public PackedSequence MoveToOuterDisposeScope() => Each(static tensor => tensor.MoveToOuterDisposeScope());

                    public PackedSequence MoveToOtherDisposeScope(PackedSequence other) => Each(tensor => tensor.MoveToOtherDisposeScope(other.data));

                    public PackedSequence MoveToOtherDisposeScope(DisposeScope other) => Each(tensor => tensor.MoveToOtherDisposeScope(other));

                    public PackedSequence DetachFromDisposeScope() => Each(static tensor => tensor.DetachFromDisposeScope());

                    public void Dispose() => Each(static tensor => tensor.Dispose());

                    private PackedSequence Each(Action<Tensor> action)
                    {
                        foreach (Tensor? tensor in (ReadOnlySpan<Tensor?>)[data, batch_sizes, sorted_indices, unsorted_indices])
                        {
                            if (tensor is not null)
                            {
                                action(tensor);
                            }
                        }

                        return this;
                    }
                }
            }
        }
    }
}
