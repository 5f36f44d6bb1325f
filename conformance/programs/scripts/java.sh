# openjdk compiles a class and runs it.
set -e
cat > HelloWorld.java <<'E'
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

public class HelloWorld {
  public static void main(String[] args) throws Exception {
    String squares = IntStream.rangeClosed(1, 100).mapToObj(i -> "" + i * i).collect(Collectors.joining(","));
    System.out.println("Hello " + squares.hashCode());
    Thread thread = new Thread(() -> System.out.println("thread"));
    thread.start();
    thread.join();
    Map<String, Integer> counts = new TreeMap<>();
    for (String word : "b a c a".split(" ")) counts.merge(word, 1, Integer::sum);
    System.out.println(counts);
    try {
      Object nothing = null;
      nothing.toString();
    } catch (NullPointerException exception) {
      System.out.println("null");
    }
  }
}
E
javac HelloWorld.java
java -cp . HelloWorld
