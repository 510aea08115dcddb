Imports System.Collections.Generic
Imports System.Threading.Tasks
Imports Terra.Testing
Imports TorchSharp

Public Module Scenarios
    <Scenario>
    Public Function ForAndSelect() As Single
        Dim x = torch.full(0)
        For i = 0 To 4
            Select Case i
                Case 0
                    x = torch.probe(x, i)
                Case 1, 2
                    x = Inner(x)
                    Continue For
                Case Is > 3
                    Exit For
                Case Else
                    x = torch.relu(x)
            End Select
            x = torch.probe(x, i)
        Next
        Return torch.probe(x).item()
    End Function

    <Scenario>
    Public Function LoopsUntil() As Single
        Dim x = torch.full(0)
        Dim turn = 0
        Do Until torch.probe(x, turn).item() > 3
            x = torch.probe(x, turn)
            turn += 1
        Loop
        turn = 0
        Do
            x = torch.probe(x, turn)
            turn += 1
        Loop While turn < 2
        turn = 0
        For Each value In New List(Of Single) From {1, 2}
            x = torch.probe(x * value, turn)
            turn += 1
        Next
        Return x.item()
    End Function

    <Scenario>
    Public Function Filters() As Single
        Dim x = torch.full(0)
        For i = 0 To 2
            Try
                x = Thrower(torch.probe(x, i), i)
            Catch ex As InvalidOperationException When torch.probe(x, i).item() > 0 AndAlso i = 1
                x = torch.probe(x, i)
            Catch ex As ArgumentException
                x = Inner(x)
            Finally
                x = torch.probe(x, i)
            End Try
            x = torch.probe(x, i)
        Next
        Return x.item()
    End Function

    <Scenario>
    Public Function ThroughUsing() As Single
        Dim x = torch.full(0)
        Dim gate = New Object()
        Try
            Using y = torch.probe(x)
                SyncLock gate
                    x = Thrower(y, 1)
                End SyncLock
            End Using
        Catch ex As InvalidOperationException
            x = torch.probe(x)
        End Try
        Return torch.probe(x).item()
    End Function

    <Scenario>
    Public Function EscapesUncaught() As Single
        Dim x = torch.full(0)
        For i = 0 To 2
            x = Thrower(torch.probe(x, i), i)
        Next
        Return x.item()
    End Function

    <Scenario>
    Public Function Lambdas() As Single
        Dim sum = torch.full(0)
        Dim add As Action(Of Single) = Sub(v) sum = torch.probe(sum) + torch.full(v)
        For i = 0 To 2
            add(i)
        Next
        Dim twice = Function(t As torch.Tensor) torch.probe(Inner(t))
        Return twice(sum).item()
    End Function

    <Scenario>
    Public Function Iterated() As Single
        Dim sum = torch.full(0)
        Dim turn = 0
        For Each x In Numbers(3)
            sum = torch.probe(sum + x, turn)
            turn += 1
        Next
        Return torch.probe(sum).item()
    End Function

    <Scenario>
    Public Async Function Awaited() As Task(Of Single)
        Dim x = torch.full(0)
        For i = 0 To 2
            Try
                x = torch.probe(x, i)
                Await Task.CompletedTask
                x = Await Later(x, i)
                x = torch.probe(x, i)
            Catch ex As InvalidOperationException
                x = torch.probe(x, i)
            Finally
                x = torch.probe(x, i)
            End Try
        Next
        Return torch.probe(x).item()
    End Function

    <LeftAlone>
    Public Function PureIntegers(n As Integer) As Integer
        Dim sum = 0
        For i = 0 To n
            sum += i
        Next
        Return sum
    End Function

    Private Function Inner(x As torch.Tensor) As torch.Tensor
        Return torch.probe(x) + x
    End Function

    Private Function Thrower(x As torch.Tensor, kind As Integer) As torch.Tensor
        Dim y = torch.probe(x)
        If kind = 1 Then Throw New InvalidOperationException("one")
        If kind = 2 Then Throw New ArgumentException("two")
        Return y
    End Function

    Private Async Function Later(x As torch.Tensor, kind As Integer) As Task(Of torch.Tensor)
        x = torch.probe(x)
        Await Task.CompletedTask
        Return Thrower(x, kind)
    End Function

    Private Iterator Function Numbers(n As Integer) As IEnumerable(Of torch.Tensor)
        Dim x = torch.probe(torch.full(0))
        Try
            For i = 0 To n - 1
                x = torch.probe(x, i)
                Yield x
                x = torch.probe(x, i)
            Next
        Finally
            torch.relu(x)
        End Try
    End Function
End Module
