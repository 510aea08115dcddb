using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A single step of a recurrent cell as a sequence of one.</summary>
internal static class RecurrentStep
{
    /// <summary>(N, input size) or (input size) as (1, N, input size).</summary>
    /// <exception cref="ArgumentException">The input has neither one nor two dimensions.</exception>
    internal static Tensor Sequence(Tensor input) => input.Impl.Rank switch
    {
        1 => input.view(1, 1, -1),
        2 => input.unsqueeze(0),
        var rank => throw new ArgumentException($"a recurrent cell expects an input of 1 or 2 dimensions, got {rank}", nameof(input)),
    };

    /// <summary>A state as (N, H); zeros if there is none.</summary>
    internal static Tensor State(RecurrentParameters parameters, Tensor sequence, Tensor? state) =>
        state is null ? parameters.InitialState(sequence.Impl.Sizes[1], sequence.dtype) : state.Impl.Rank == 1 ? state.unsqueeze(0) : state.SameTensor();

    /// <summary>The states after a sequence of one, with as many dimensions as the input has.</summary>
    internal static Tensor Result(Tensor states, Tensor input)
    {
        using Tensor batch = states.squeeze(0);
        return input.Impl.Rank == 1 ? batch.squeeze(0) : batch.SameTensor();
    }
}
